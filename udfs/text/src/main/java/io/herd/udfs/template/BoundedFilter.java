package io.herd.udfs.template;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import io.herd.udfs.template.JinjaFunctions.Problem;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A filter that can't be asked for much: {@code center} and {@code format} would make a text as
 * wide as they are told, {@code round} as many digits as an exponent says.
 */
final class BoundedFilter implements Filter {
  private static final int MOST = 100_000;
  private static final int LONGEST_NUMBER = 64;
  private static final Pattern WIDE = Pattern.compile("%[^%a-zA-Z]*\\d{6,}");
  private static final Pattern LARGE =
      Pattern.compile("\\s*[-+]?(\\d{6,}[\\d.]*|[\\d.]+[eE][-+]?\\d{3,})\\s*");

  private final Filter filter;

  BoundedFilter(Filter filter) {
    this.filter = filter;
  }

  @Override
  public String getName() {
    return filter.getName();
  }

  @Override
  public Object filter(
      Object value, JinjavaInterpreter jinja, Object[] args, Map<String, Object> named) {
    boolean makesText = !getName().equals("replace"); // whose arguments are texts
    boolean large =
        makesText
            && Stream.concat(Stream.of(args), named.values().stream()).anyMatch(this::isLarge);
    boolean wide = getName().equals("format") && WIDE.matcher(String.valueOf(value)).find();
    boolean exponent = value instanceof String text && isLarge(text) && !isDigits(text);
    if (large || wide || exponent) {
      throw new Problem("filter `" + getName() + "` is asked for more than " + MOST, true);
    }
    return BoundedInterpreter.bounded(filter.filter(value, jinja, args, named));
  }

  @Override
  public Object filter(Object value, JinjavaInterpreter jinja, String... args) {
    return filter(value, jinja, args, Map.of());
  }

  private boolean isLarge(Object argument) {
    return argument instanceof Number number
        ? Math.abs(number.doubleValue()) > MOST
        : argument instanceof String text
            && text.length() < LONGEST_NUMBER
            && LARGE.matcher(text).matches();
  }

  private static boolean isDigits(String text) {
    return text.indexOf('e') < 0 && text.indexOf('E') < 0;
  }
}
