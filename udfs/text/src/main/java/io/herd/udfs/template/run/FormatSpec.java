package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Floats;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Text;
import io.herd.udfs.template.values.Types;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part after the colon in {@code '{:>8.2f}'}. */
final class FormatSpec {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\\d+)?([,_])?(?:\\.(\\d+))?([a-zA-Z%])?",
          Pattern.DOTALL);
  private static final int MOST_DIGITS = 6;
  private static final int MOST_PRECISION = 1000;

  private final Matcher spec;
  private final Budget budget;
  private final String align;
  private final String fill;
  private final int width;
  private final int precision; // -1 without
  private final char type; // 0 without

  private FormatSpec(String text, Budget budget) {
    this.spec = SPEC.matcher(text);
    this.budget = budget;
    if (!spec.matches()) {
      throw new Problem("a format can't be read");
    }
    boolean zero = spec.group(6) != null;
    this.align = spec.group(2) == null ? (zero ? "=" : null) : spec.group(2);
    this.fill = spec.group(1) == null ? (zero ? "0" : " ") : spec.group(1);
    this.width = number(spec.group(7), 0);
    this.precision = number(spec.group(9), -1);
    this.type = spec.group(10) == null ? 0 : spec.group(10).charAt(0);
  }

  private static int number(String digits, int absent) {
    if (digits != null && digits.length() > MOST_DIGITS) {
      throw new Problem("a format asks for more than " + MOST_DIGITS + " digits of width");
    }
    return digits == null ? absent : Integer.parseInt(digits);
  }

  static String format(Object value, String spec, Budget budget) {
    if (spec.isEmpty()) {
      return Repr.str(value, budget);
    }
    FormatSpec format = new FormatSpec(spec, budget);
    if (Types.isText(value)) {
      return format.text(Types.text(value));
    }
    if (!Types.isNumber(value)) {
      throw new Problem(Types.a(value) + " takes no format");
    }
    return Types.isInt(value) && "eEfFgG%".indexOf(format.type) < 0
        ? format.integer(value)
        : format.real(Types.real(value));
  }

  private String text(String value) {
    boolean number =
        spec.group(3) != null
            || spec.group(4) != null
            || spec.group(5) != null
            || spec.group(8) != null;
    if ((type != 0 && type != 's') || number || "=".equals(spec.group(2))) {
      throw new Problem("a str takes no such format");
    }
    String cut =
        precision < 0 || precision > Text.length(value) ? value : Text.part(value, 0, precision);
    return padded("", cut, align == null || align.equals("=") ? "<" : align);
  }

  private String integer(Object value) {
    if (precision >= 0 || spec.group(4) != null) {
      throw new Problem("an int takes no precision");
    }
    BigInteger number = Types.integer(value);
    if (type == 'c') {
      return character(number);
    }
    int radix =
        switch (type) {
          case 0, 'd', 'n' -> 10;
          case 'b' -> 2;
          case 'o' -> 8;
          case 'x', 'X' -> 16;
          default -> throw new Problem("an int takes no format `" + type + "`");
        };
    String digits = number.abs().toString(radix);
    if (spec.group(8) != null && (type == 'n' || (radix != 10 && spec.group(8).equals(",")))) {
      throw new Problem("a format can't group these digits");
    }
    String prefix = spec.group(5) == null || radix == 10 ? "" : "0" + type;
    String grouped = grouped(digits, "", radix == 10 ? 3 : 4, number.signum() < 0, prefix);
    return signed(
        number.signum() < 0, prefix, type == 'X' ? grouped.toUpperCase(Locale.ROOT) : grouped);
  }

  private String character(BigInteger number) {
    if (spec.group(3) != null
        || spec.group(5) != null
        || number.signum() < 0
        || number.bitLength() > 20) {
      throw new Problem("an int is no character");
    }
    return padded("", Character.toString(number.intValue()), align == null ? "<" : align);
  }

  private String real(double value) {
    if (precision > MOST_PRECISION) {
      throw new Problem("a format asks for more than " + MOST_PRECISION + " digits");
    }
    if (type != 0 && "eEfFgGn%".indexOf(type) < 0) {
      throw new Problem("a float takes no format `" + type + "`");
    }
    boolean negative = value < 0 || (value == 0 && 1 / value < 0);
    String digits = digits(value);
    boolean zero =
        digits.chars().noneMatch(c -> c >= '1' && c <= '9') && !digits.matches("(?i)inf|nan");
    boolean sign = negative && !(spec.group(4) != null && zero);
    int end = 0;
    while (end < digits.length() && Character.isDigit(digits.charAt(end))) {
      end++;
    }
    String whole = grouped(digits.substring(0, end), digits.substring(end), 3, sign, "");
    return signed(sign, "", whole + digits.substring(end));
  }

  private String digits(double value) {
    boolean alternate = spec.group(5) != null;
    if (type == 0) {
      return plain(value, alternate);
    }
    if (type == '%') {
      return NumberFormat.of(value * 100, 'f', precision < 0 ? 6 : precision, alternate) + "%";
    }
    char kind = type == 'n' ? 'g' : type;
    return NumberFormat.of(value, kind, precision < 0 ? 6 : precision, alternate);
  }

  /** Formats like repr, or like g with at least one digit after the point. */
  private String plain(double value, boolean alternate) {
    double positive = Math.abs(value);
    if (precision < 0) {
      return Floats.repr(positive);
    }
    String general = NumberFormat.of(positive, 'g', precision, alternate);
    if (general.matches("\\d+") && Text.length(general) >= Math.max(1, precision)) {
      return NumberFormat.of(positive, 'e', Math.max(1, precision) - 1, alternate)
          .replaceFirst("\\.?0+(?=e)", "");
    }
    return general.matches("\\d+") ? general + ".0" : general;
  }

  /** Groups digits; zeros that fill the width are grouped, too. */
  private String grouped(String digits, String rest, int size, boolean negative, String prefix) {
    String separator = spec.group(8);
    if (separator == null || digits.isEmpty()) {
      return digits;
    }
    boolean filled = fill.equals("0") && "=".equals(align);
    int taken = rest.length() + prefix.length() + (negative || plus() ? 1 : 0);
    StringBuilder out = new StringBuilder();
    int count = 0;
    for (int i = digits.length() - 1; i >= 0 || (filled && out.length() + taken < width); i--) {
      if (count > 0 && count % size == 0) {
        out.append(separator);
      }
      out.append(i >= 0 ? digits.charAt(i) : '0');
      count++;
    }
    return out.reverse().toString();
  }

  private boolean plus() {
    return spec.group(3) != null && !spec.group(3).equals("-");
  }

  private String signed(boolean negative, String prefix, String digits) {
    String sign = negative ? "-" : plus() ? spec.group(3) : "";
    return padded(sign + prefix, digits, align == null ? ">" : align);
  }

  private String padded(String sign, String text, String where) {
    int missing = Math.max(0, width - Text.length(sign) - Text.length(text));
    budget.chars((long) missing + text.length());
    String all = fill.repeat(missing);
    return switch (where) {
      case "<" -> sign + text + all;
      case ">" -> all + sign + text;
      case "^" -> fill.repeat(missing / 2) + sign + text + fill.repeat(missing - missing / 2);
      default -> sign + all + text;
    };
  }
}
