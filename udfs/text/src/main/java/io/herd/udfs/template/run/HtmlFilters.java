package io.herd.udfs.template.run;

import io.herd.udfs.template.run.Filters.Filter;
import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Filters that write HTML and addresses, or read HTML. */
final class HtmlFilters {
  static final Map<String, Filter> ALL =
      Map.of(
          "e", HtmlFilters::escape,
          "escape", HtmlFilters::escape,
          "forceescape", HtmlFilters::forceEscape,
          "safe", HtmlFilters::safe,
          "striptags", HtmlFilters::striptags,
          "xmlattr", HtmlFilters::attributes,
          "urlencode", HtmlFilters::urlencode);

  private static final Pattern NO_KEY = Pattern.compile("[ \\t\\n\\r\\f\\x0b/>=]");
  private static final String UNRESERVED = "_.-~";

  private HtmlFilters() {}

  private static Object escape(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    return Markup.escape(value, rendering.budget());
  }

  private static Object forceEscape(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    return Markup.escaped(Filters.string(value, rendering), rendering.budget());
  }

  private static Object safe(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    return new Markup(Filters.string(value, rendering));
  }

  private static Object striptags(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    String text = Filters.string(value, rendering);
    String bare = without(without(text, "<!--", "-->"), "<", ">");
    return rendering.budget().text(Entities.undo(String.join(" ", Strings.words(bare, -1))));
  }

  /** Removes everything between two marks. */
  private static String without(String text, String open, String close) {
    StringBuilder out = new StringBuilder(text.length());
    int from = 0;
    for (int start = text.indexOf(open); start >= 0; start = text.indexOf(open, from)) {
      int end = text.indexOf(close, start);
      if (end < 0) {
        break;
      }
      out.append(text, from, start);
      from = end + close.length();
    }
    return out.append(text, from, text.length()).toString();
  }

  private static Object attributes(Object value, Arguments arguments, Rendering rendering) {
    boolean space = Types.isTrue(arguments.bind("autospace?").or(0, true));
    if (!(value instanceof Dict dict)) {
      throw new Problem("xmlattr takes a dict, not " + Types.a(value));
    }
    Budget budget = rendering.budget();
    List<String> parts = new ArrayList<>();
    for (Dict.Entry entry : dict.entries()) {
      if (entry.value() != null && !(entry.value() instanceof Undefined)) {
        String key = key(entry.key());
        String text = Markup.escape(entry.value(), budget).text();
        parts.add(Markup.escape(key, budget).text() + "=\"" + text + "\"");
      }
    }
    String all = (space && !parts.isEmpty() ? " " : "") + String.join(" ", parts);
    return rendering.autoescape() ? new Markup(budget.text(all)) : budget.text(all);
  }

  private static String key(Object key) {
    if (!Types.isText(key) || NO_KEY.matcher(Types.text(key)).find()) {
      throw new Problem("a key is no name of an attribute");
    }
    return Types.text(key);
  }

  private static Object urlencode(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    Budget budget = rendering.budget();
    if (Types.isText(value) || !Items.isIterable(value)) {
      return quoted(value, "/", budget);
    }
    List<Object> pairs = value instanceof Dict dict ? dict.items() : Items.list(value, budget);
    List<String> parts = new ArrayList<>();
    for (Object pair : pairs) {
      List<Object> both = Items.list(pair, budget);
      if (both.size() != 2) {
        throw new Problem("urlencode takes pairs");
      }
      parts.add(field(both.get(0), budget) + "=" + field(both.get(1), budget));
    }
    return budget.text(String.join("&", parts));
  }

  private static String field(Object value, Budget budget) {
    return quoted(value, "", budget).replace("%20", "+");
  }

  private static String quoted(Object value, String safe, Budget budget) {
    StringBuilder out = new StringBuilder();
    for (byte b : Repr.str(value, budget).getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean letter = c < 0x80 && Character.isLetterOrDigit(c);
      if (letter || UNRESERVED.indexOf(c) >= 0 || safe.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return budget.text(out.toString());
  }
}
