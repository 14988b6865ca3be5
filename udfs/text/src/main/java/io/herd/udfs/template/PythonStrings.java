package io.herd.udfs.template;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import io.herd.udfs.template.JinjaFunctions.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * Python's string methods for templates. Java's of the same names differ: its {@code split} takes a
 * regular expression, its {@code strip} knows other whitespace.
 */
final class PythonStrings {
  private PythonStrings() {}

  /** The {@code trim} filter, which is Python's {@code strip}. */
  static final class Trim implements Filter {
    @Override
    public String getName() {
      return "trim";
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, String... args) {
      return strip(Objects.toString(value, ""), PythonStrings::isSpace, true, true);
    }
  }

  /** The {@code replace} filter, within bounds. */
  static final class Replace implements Filter {
    @Override
    public String getName() {
      return "replace";
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, String... args) {
      if (args.length != 2) {
        throw new Problem("filter `replace` takes two texts", true);
      }
      return replace(Objects.toString(value, ""), args[0], args[1]);
    }
  }

  /** The result, or null when strings have no such method with such parameters. */
  static Object call(String string, String method, Object[] params) {
    if (params.length == 0) {
      return call(string, method);
    }
    if (!Arrays.stream(params).allMatch(String.class::isInstance)) {
      return null;
    }
    return params.length == 1
        ? call(string, method, (String) params[0])
        : params.length == 2 && method.equals("replace")
            ? replace(string, (String) params[0], (String) params[1])
            : null;
  }

  private static Object call(String string, String method) {
    return switch (method) {
      case "strip" -> strip(string, PythonStrings::isSpace, true, true);
      case "lstrip" -> strip(string, PythonStrings::isSpace, true, false);
      case "rstrip" -> strip(string, PythonStrings::isSpace, false, true);
      case "upper" -> string.toUpperCase(Locale.ROOT);
      case "lower" -> string.toLowerCase(Locale.ROOT);
      case "title" -> title(string);
      case "capitalize" -> capitalized(string);
      case "split" -> words(string);
      default -> null;
    };
  }

  private static Object call(String string, String method, String argument) {
    IntPredicate given = c -> argument.indexOf(c) >= 0;
    return switch (method) {
      case "strip" -> strip(string, given, true, true);
      case "lstrip" -> strip(string, given, true, false);
      case "rstrip" -> strip(string, given, false, true);
      case "startswith" -> string.startsWith(argument);
      case "endswith" -> string.endsWith(argument);
      case "find" -> string.indexOf(argument);
      case "split" -> argument.isEmpty() ? null : parts(string, argument);
      default -> null;
    };
  }

  private static String strip(String string, IntPredicate off, boolean left, boolean right) {
    int from = 0;
    int to = string.length();
    while (left && from < to && off.test(string.charAt(from))) {
      from++;
    }
    while (right && to > from && off.test(string.charAt(to - 1))) {
      to--;
    }
    return string.substring(from, to);
  }

  private static List<String> parts(String string, String separator) {
    return Arrays.asList(string.split(Pattern.quote(separator), -1));
  }

  private static List<String> words(String string) {
    String stripped = strip(string, PythonStrings::isSpace, true, true);
    return stripped.isEmpty()
        ? List.of()
        : Arrays.asList(stripped.split("[\\s\\p{Z}\u001c-\u001f\u0085]+"));
  }

  private static String capitalized(String string) {
    return string.isEmpty()
        ? string
        : string.substring(0, 1).toUpperCase(Locale.ROOT)
            + string.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String title(String string) {
    StringBuilder out = new StringBuilder(string.length());
    boolean inside = false;
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      out.append(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inside = Character.isLetter(c);
    }
    return out.toString();
  }

  /** The length is known before it is made: a few replacements in a row could fill the memory. */
  static String replace(String string, String old, String with) {
    long length = string.length();
    int step = Math.max(1, old.length());
    for (int at = string.indexOf(old); at >= 0 && at < string.length(); ) {
      length += with.length() - old.length();
      at = string.indexOf(old, at + step);
    }
    if (length > BoundedInterpreter.MOST_CHARS) {
      throw BoundedInterpreter.tooLong();
    }
    return string.replace(old, with);
  }

  /** Python's str.isspace: Java's whitespace, the no-break spaces, and next line. */
  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
