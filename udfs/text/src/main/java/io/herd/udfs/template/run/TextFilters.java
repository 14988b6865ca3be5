package io.herd.udfs.template.run;

import io.herd.udfs.template.run.Arguments.Bound;
import io.herd.udfs.template.run.Filters.Filter;
import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Text;
import io.herd.udfs.template.values.Types;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters of texts. */
final class TextFilters {
  static final Map<String, Filter> ALL =
      Map.ofEntries(
          Map.entry("capitalize", method("capitalize")),
          Map.entry("upper", method("upper")),
          Map.entry("lower", method("lower")),
          Map.entry("trim", TextFilters::trim),
          Map.entry("title", TextFilters::title),
          Map.entry("center", TextFilters::center),
          Map.entry("replace", TextFilters::replace),
          Map.entry("indent", TextFilters::indent),
          Map.entry("truncate", TextFilters::truncate),
          Map.entry("wordcount", TextFilters::wordcount),
          Map.entry("wordwrap", TextFilters::wordwrap),
          Map.entry("format", TextFilters::format),
          Map.entry("tojson", ToJson::filter),
          Map.entry("string", TextFilters::string));

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");
  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("[-\\s({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  private static Filter method(String name) {
    return (value, arguments, rendering) -> {
      arguments.none();
      return StringMethods.call(Filters.soft(value, rendering), name, arguments, rendering);
    };
  }

  private static Object string(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    return Filters.soft(value, rendering);
  }

  private static Object trim(Object value, Arguments arguments, Rendering rendering) {
    Object chars = arguments.bind("chars?").or(0, null);
    return StringMethods.call(
        Filters.soft(value, rendering), "strip", Arguments.of(chars), rendering);
  }

  /** Differs from str.title: words are separated by spaces, hyphens and opening brackets. */
  private static Object title(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    String text = Filters.string(value, rendering);
    StringBuilder out = new StringBuilder(text.length());
    Matcher between = BETWEEN_WORDS.matcher(text);
    int from = 0;
    while (between.find()) {
      out.append(capitalized(text.substring(from, between.start()))).append(between.group());
      from = between.end();
    }
    return rendering.budget().text(out.append(capitalized(text.substring(from))).toString());
  }

  private static String capitalized(String word) {
    if (word.isEmpty()) {
      return word;
    }
    int first = word.offsetByCodePoints(0, 1);
    return word.substring(0, first).toUpperCase(Locale.ROOT)
        + word.substring(first).toLowerCase(Locale.ROOT);
  }

  private static Object center(Object value, Arguments arguments, Rendering rendering) {
    int width = arguments.bind("width?").integer(0, 80);
    Object text = Filters.soft(value, rendering);
    return StringMethods.call(text, "center", Arguments.of(BigInteger.valueOf(width)), rendering);
  }

  private static Object replace(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("old", "new", "count?");
    int count = !bound.has(2) || bound.at(2) == null ? -1 : bound.integer(2, -1);
    if (rendering.autoescape()) {
      Object text = Filters.soft(value, rendering);
      Arguments given =
          Arguments.of(
              Filters.soft(bound.at(0), rendering),
              Filters.soft(bound.at(1), rendering),
              BigInteger.valueOf(count));
      return StringMethods.call(text, "replace", given, rendering);
    }
    String old = Filters.string(bound.at(0), rendering);
    String with = Filters.string(bound.at(1), rendering);
    return Strings.replace(Filters.string(value, rendering), old, with, count, rendering.budget());
  }

  private static Object indent(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("width?", "first?", "blank?");
    Budget budget = rendering.budget();
    String indent = indentation(bound, budget);
    if (!Types.isText(value)) {
      throw new Problem(Types.a(value) + " can't be indented");
    }
    List<String> lines = Strings.lines(Types.text(value) + "\n", false);
    budget.chars((long) lines.size() * indent.length() + Types.text(value).length());
    StringBuilder out = new StringBuilder(bound.flag(1) ? indent : "").append(lines.get(0));
    for (String line : lines.subList(1, lines.size())) {
      out.append('\n').append(line.isEmpty() && !bound.flag(2) ? "" : indent).append(line);
    }
    return Filters.like(value, out.toString(), rendering);
  }

  private static String indentation(Bound bound, Budget budget) {
    if (bound.has(0) && Types.isText(bound.at(0))) {
      return bound.text(0);
    }
    int width = Math.max(0, bound.integer(0, 4));
    budget.chars(width);
    return " ".repeat(width);
  }

  private static Object truncate(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("length?", "killwords?", "end?", "leeway?");
    int length = bound.integer(0, 255);
    String end = bound.has(2) ? bound.text(2) : "...";
    int leeway = bound.has(3) && bound.at(3) != null ? bound.integer(3, 0) : 5;
    int kept = length - Text.length(end);
    if (kept < 0 || leeway < 0) {
      throw new Problem("the length of truncate is shorter than its end, or the leeway negative");
    }
    if (Items.size(value) <= (long) length + leeway) {
      return value;
    }
    if (!Types.isText(value)) {
      throw new Problem(Types.a(value) + " can't be truncated");
    }
    String part = Text.part(Types.text(value), 0, kept);
    int blank = part.lastIndexOf(' ');
    String whole = bound.flag(1) || blank < 0 ? part : part.substring(0, blank);
    return Filters.like(value, whole + end, rendering);
  }

  private static Object wordcount(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    return BigInteger.valueOf(WORD.matcher(Filters.string(value, rendering)).results().count());
  }

  private static Object wordwrap(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("width?", "break_long_words?", "wrapstring?", "break_on_hyphens?");
    if (!Types.isText(value)) {
      throw new Problem(Types.a(value) + " can't be wrapped");
    }
    String separator = bound.textOrNull(2);
    WordWrap wrap =
        new WordWrap(
            bound.integer(0, 79), !bound.has(1) || bound.flag(1), !bound.has(3) || bound.flag(3));
    String line = separator == null ? "\n" : separator;
    List<String> lines = wrap.lines(Types.text(value));
    rendering.budget().chars((long) lines.size() * line.length() + Types.text(value).length());
    return rendering.budget().text(String.join(line, lines));
  }

  private static Object format(Object value, Arguments arguments, Rendering rendering) {
    boolean both = !arguments.positional().isEmpty() && !arguments.named().isEmpty();
    if (both) {
      throw new Problem("format takes values with names or without, not both");
    }
    return PercentFormat.format(
        Filters.soft(value, rendering), PercentFormat.values(arguments), rendering);
  }
}
