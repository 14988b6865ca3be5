package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Text;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code text % values}. */
final class PercentFormat {
  private static final Pattern DIRECTIVE =
      Pattern.compile(
          "%(?:\\(([^()]*)\\))?([-+ #0]*)(\\*|\\d+)?(?:\\.(\\*|\\d*))?[hlL]?(.)", Pattern.DOTALL);
  private static final int MOST = 100_000;
  private static final int MOST_PRECISION = 1000;

  private final boolean markup;
  private final Budget budget;
  private final Object values;
  private final List<Object> positional;
  private int used;
  private boolean keyed;

  private PercentFormat(Object values, boolean markup, Budget budget) {
    this.values = values;
    this.markup = markup;
    this.budget = budget;
    this.positional =
        values instanceof Tuple tuple ? tuple.items() : Collections.singletonList(values);
  }

  /** Returns the right operand for a filter's arguments. */
  static Object values(Arguments arguments) {
    if (arguments.named().isEmpty()) {
      return new Tuple(arguments.positional());
    }
    Dict dict = new Dict();
    arguments.named().forEach(dict::put);
    return dict;
  }

  static Object format(Object text, Object values, Rendering rendering) {
    boolean markup = text instanceof Markup;
    PercentFormat format = new PercentFormat(values, markup, rendering.budget());
    return Filters.like(text, format.all(Types.text(text)), rendering);
  }

  private String all(String text) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', from)) {
      Matcher directive = DIRECTIVE.matcher(text).region(at, text.length());
      if (!directive.lookingAt()) {
        throw new Problem("a format can't be read");
      }
      out.append(text, from, at).append(one(directive));
      budget.chars(out.length() > Budget.MOST_CHARS ? out.length() : 0);
      from = directive.end();
    }
    boolean mapping =
        values instanceof Dict || values instanceof List || values instanceof Undefined;
    if (!keyed && used < positional.size() && !mapping) {
      throw new Problem("a format uses fewer values than there are");
    }
    return out.append(text.substring(from)).toString();
  }

  private Object next() {
    if (used == positional.size()) {
      throw new Problem("a format needs more values than there are");
    }
    return positional.get(used++);
  }

  private int number(String digits, int absent) {
    if (digits == null) {
      return absent;
    }
    Object number =
        digits.equals("*") ? next() : digits.isEmpty() ? BigInteger.ZERO : new BigInteger(digits);
    if (!Types.isInt(number)
        || Types.integer(number).abs().compareTo(BigInteger.valueOf(MOST)) > 0) {
      throw new Problem("the widths of a format are ints, no larger than " + MOST);
    }
    return Types.integer(number).intValue();
  }

  private String one(Matcher directive) {
    char type = directive.group(5).charAt(0);
    String flags = directive.group(2);
    Object value = null;
    if (directive.group(1) != null) {
      if (!(values instanceof Dict dict) || !dict.has(directive.group(1))) {
        throw new Problem("a format names a value that isn't there");
      }
      value = dict.get(directive.group(1));
      keyed = true;
    }
    int width = number(directive.group(3), 0);
    boolean left = flags.contains("-") || width < 0;
    int precision = number(directive.group(4), -1);
    if (type == '%') {
      return "%";
    }
    value = directive.group(1) == null ? next() : value;
    boolean zero = flags.contains("0") && !left;
    return padded(text(value, type, flags, precision), Math.abs(width), left, zero, type);
  }

  private String text(Object value, char type, String flags, int precision) {
    return switch (type) {
      case 's' ->
          cut(markup ? Markup.escape(value, budget).text() : Repr.str(value, budget), precision);
      case 'r', 'a' -> cut(repr(value, type == 'a'), precision);
      case 'c' -> character(value);
      case 'd', 'i', 'u' -> sign(whole(value), flags) + digits(whole(value), 10, precision);
      case 'x', 'X', 'o' -> based(value, type, flags, precision);
      case 'e', 'E', 'f', 'F', 'g', 'G' -> real(value, type, flags, precision);
      default -> throw new Problem("a format has an unknown type");
    };
  }

  private static String cut(String text, int precision) {
    return precision < 0 || Text.length(text) <= precision ? text : Text.part(text, 0, precision);
  }

  private String repr(Object value, boolean ascii) {
    String repr = Repr.repr(value, budget);
    String shown = markup ? Markup.escaped(repr, budget).text() : repr;
    if (!ascii) {
      return shown;
    }
    StringBuilder out = new StringBuilder();
    shown.codePoints().forEach(c -> out.append(c < 0x80 ? Character.toString(c) : escaped(c)));
    return out.toString();
  }

  private static String escaped(int c) {
    return String.format(
        Locale.ROOT, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
  }

  private static String character(Object value) {
    if (Types.isText(value) && Text.length(Types.text(value)) == 1) {
      return Types.text(value);
    }
    boolean valid =
        Types.isInt(value)
            && Types.integer(value).signum() >= 0
            && Types.integer(value).bitLength() <= 20;
    if (!valid) {
      throw new Problem("the format `c` takes one character");
    }
    return Character.toString(Types.integer(value).intValue());
  }

  private static BigInteger whole(Object value) {
    Undefined.refuse(value);
    if (Types.isInt(value)) {
      return Types.integer(value);
    }
    boolean finite = value instanceof Double number && !number.isNaN() && !number.isInfinite();
    if (!finite) {
      throw new Problem("the format `d` takes a number, not " + Types.a(value));
    }
    return new BigDecimal((Double) value).toBigInteger();
  }

  private static String sign(BigInteger number, String flags) {
    return number.signum() < 0 ? "-" : plus(flags);
  }

  private static String plus(String flags) {
    return flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
  }

  private String digits(BigInteger number, int radix, int precision) {
    String digits = number.abs().toString(radix);
    budget.chars(Math.max(0, precision));
    return "0".repeat(Math.max(0, precision - digits.length())) + digits;
  }

  private String based(Object value, char type, String flags, int precision) {
    if (!Types.isInt(value)) {
      throw new Problem("the format `" + type + "` takes an int, not " + Types.a(value));
    }
    BigInteger number = Types.integer(value);
    String digits = digits(number, type == 'o' ? 8 : 16, precision);
    String all = (flags.contains("#") ? "0" + type : "") + digits;
    return sign(number, flags) + (type == 'X' ? all.toUpperCase(Locale.ROOT) : all);
  }

  private static String real(Object value, char type, String flags, int precision) {
    Undefined.refuse(value);
    if (!Types.isNumber(value) || precision > MOST_PRECISION) {
      throw new Problem("the format `" + type + "` takes a number, not " + Types.a(value));
    }
    double number = Types.real(value);
    boolean negative = number < 0 || (number == 0 && 1 / number < 0);
    String digits =
        NumberFormat.of(number, type, precision < 0 ? 6 : precision, flags.contains("#"));
    return (negative ? "-" : plus(flags)) + digits;
  }

  private String padded(String text, int width, boolean left, boolean zero, char type) {
    int missing = Math.max(0, width - Text.length(text));
    budget.chars((long) missing + text.length());
    boolean number = "diuxXoeEfFgG".indexOf(type) >= 0;
    if (!zero || !number) {
      return left ? text + " ".repeat(missing) : " ".repeat(missing) + text;
    }
    int start = text.isEmpty() || "+- ".indexOf(text.charAt(0)) < 0 ? 0 : 1;
    boolean prefixed = "xXo".indexOf(type) >= 0 && text.startsWith("0" + type, start);
    start += prefixed ? 2 : 0;
    return text.substring(0, start) + "0".repeat(missing) + text.substring(start);
  }
}
