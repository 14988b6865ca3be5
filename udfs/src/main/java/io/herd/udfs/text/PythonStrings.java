package io.herd.udfs.text;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.Objects;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;

/**
 * Python's string methods for templates, where Java's differ or are missing: {@code strip} knows
 * other whitespace than Java's, and {@code startswith} isn't there.
 */
final class PythonStrings extends CompositeELResolver {
  PythonStrings() {
    add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
  }

  /** The {@code trim} filter, which is Python's {@code strip}. */
  static final class Trim implements Filter {
    @Override
    public String getName() {
      return "trim";
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, String... args) {
      return strip(Objects.toString(value, ""), true, true);
    }
  }

  @Override
  public Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] params) {
    if (base instanceof String string) {
      Object result = call(string, String.valueOf(method), params == null ? new Object[0] : params);
      if (result != null) {
        context.setPropertyResolved(true);
        return result;
      }
    }
    return super.invoke(context, base, method, types, params);
  }

  private static Object call(String string, String method, Object[] params) {
    if (params.length == 0) {
      return switch (method) {
        case "strip" -> strip(string, true, true);
        case "lstrip" -> strip(string, true, false);
        case "rstrip" -> strip(string, false, true);
        default -> null;
      };
    }
    if (params.length == 1 && params[0] instanceof String argument) {
      return switch (method) {
        case "startswith" -> string.startsWith(argument);
        case "endswith" -> string.endsWith(argument);
        default -> null;
      };
    }
    return null;
  }

  private static String strip(String string, boolean left, boolean right) {
    int from = 0;
    int to = string.length();
    while (left && from < to && isSpace(string.charAt(from))) {
      from++;
    }
    while (right && to > from && isSpace(string.charAt(to - 1))) {
      to--;
    }
    return string.substring(from, to);
  }

  /** Python's str.isspace: Java's whitespace, the no-break spaces, and next line. */
  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
