package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Python's {@code str.format}, with the sandbox's access to attributes. */
final class FormatMethod {
  private static final int MOST_NESTED = 2;

  private final List<Object> positional;
  private final Map<String, Object> named;
  private final Rendering rendering;
  private final boolean markup;
  private int automatic; // the next place without a number; -1 once numbers are given

  FormatMethod(Arguments arguments, Rendering rendering, boolean markup) {
    this.positional = arguments.positional();
    this.named = arguments.named();
    this.rendering = rendering;
    this.markup = markup;
  }

  static FormatMethod ofMap(Arguments arguments, Rendering rendering, boolean markup) {
    if (!(arguments.bind("mapping").at(0) instanceof Dict dict)) {
      throw new Problem("format_map() takes a dict");
    }
    Map<String, Object> named = new HashMap<>();
    for (Dict.Entry entry : dict.entries()) {
      if (entry.key() instanceof String name) {
        named.put(name, entry.value());
      }
    }
    return new FormatMethod(new Arguments(List.of(), named), rendering, markup);
  }

  String format(String text) {
    return format(text, MOST_NESTED);
  }

  private String format(String text, int depth) {
    if (depth == 0) {
      throw new Problem("a format is nested too deeply");
    }
    Output out = new Output(rendering.budget());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean brace = c == '{' || c == '}';
      if (brace && at + 1 < text.length() && text.charAt(at + 1) == c) {
        out.write(String.valueOf(c));
        at += 2;
      } else if (c == '{') {
        int end = end(text, at + 1);
        out.write(field(text.substring(at + 1, end), depth));
        at = end + 1;
      } else if (c == '}') {
        throw new Problem("a format has a `}` too many");
      } else {
        int next = at;
        while (next < text.length() && text.charAt(next) != '{' && text.charAt(next) != '}') {
          next++;
        }
        out.write(text.substring(at, next));
        at = next;
      }
    }
    return out.text();
  }

  private static int end(String text, int from) {
    int open = 1;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (open == 0) {
        return i;
      }
    }
    throw new Problem("a format has a `{` without its `}`");
  }

  private String field(String field, int depth) {
    int nameEnd = nameEnd(field);
    String name = field.substring(0, nameEnd);
    String rest = field.substring(nameEnd);
    char conversion = 0;
    if (rest.startsWith("!")) {
      boolean whole = rest.length() == 2 || (rest.length() > 2 && rest.charAt(2) == ':');
      if (!whole) {
        throw new Problem("a format's conversion is one letter");
      }
      conversion = rest.charAt(1);
      rest = rest.substring(2);
    }
    Object value = converted(value(name), conversion);
    String spec =
        rest.isEmpty()
            ? ""
            : format(rest.substring(1), depth - 1 + (rest.indexOf('{') < 0 ? 1 : 0));
    return shown(value, spec);
  }

  private static int nameEnd(String field) {
    boolean bracket = false;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      bracket = c == '[' || (bracket && c != ']');
      if (!bracket && (c == '!' || c == ':')) {
        return i;
      }
      if (c == '{' || c == '}') {
        throw new Problem("a format's name holds a brace");
      }
    }
    return field.length();
  }

  private String shown(Object value, String spec) {
    if (markup) {
      if (value instanceof Markup && !spec.isEmpty()) {
        throw new Problem("markup takes no format");
      }
      return value instanceof Markup
          ? Types.text(value)
          : Markup.escaped(FormatSpec.format(value, spec, rendering.budget()), rendering.budget())
              .text();
    }
    return FormatSpec.format(value, spec, rendering.budget());
  }

  private Object converted(Object value, char conversion) {
    return switch (conversion) {
      case 0 -> value;
      case 's' -> Repr.str(value, rendering.budget());
      case 'r' -> Repr.repr(value, rendering.budget());
      case 'a' -> PercentFormat.format("%a", Tuple.of(value), rendering);
      default -> throw new Problem("a format has an unknown conversion");
    };
  }

  private Object value(String name) {
    int end = 0;
    while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
      end++;
    }
    Object value = first(name.substring(0, end));
    int at = end;
    while (at < name.length()) {
      boolean item = name.charAt(at) == '[';
      int close = item ? name.indexOf(']', at) : next(name, at + 1);
      if (close < 0 || close == at + 1 || (!item && name.charAt(at) != '.')) {
        throw new Problem("a format's name can't be read");
      }
      String key = name.substring(at + 1, close);
      value =
          item
              ? Subscripts.item(value, isNumber(key) ? new BigInteger(key) : key, rendering)
              : Subscripts.attribute(value, key, rendering);
      at = item ? close + 1 : close;
    }
    return value;
  }

  private static int next(String name, int from) {
    int at = from;
    while (at < name.length() && name.charAt(at) != '.' && name.charAt(at) != '[') {
      at++;
    }
    return at;
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,9}");
  }

  private Object first(String name) {
    if (name.isEmpty() || isNumber(name)) {
      boolean numbered = !name.isEmpty();
      if ((automatic > 0 && numbered) || (automatic < 0 && !numbered)) {
        throw new Problem("a format mixes places with and without numbers");
      }
      int place = numbered ? Integer.parseInt(name) : automatic++;
      automatic = numbered ? -1 : automatic;
      if (place >= positional.size()) {
        throw new Problem("a format needs more values than there are");
      }
      return positional.get(place);
    }
    if (!named.containsKey(name)) {
      throw new Problem("a format names a value that isn't there");
    }
    return named.get(name);
  }
}
