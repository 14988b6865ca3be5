package io.herd.udfs.template.values;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/** Python's types, and its conversions between numbers. */
public final class Types {
  private Types() {}

  /** Returns Python's name of a value's type. */
  public static String name(Object value) {
    if (value == null) {
      return "NoneType";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof BigInteger) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof List) {
      return "list";
    }
    if (value instanceof Dict) {
      return "dict";
    }
    if (value instanceof Generator generator) {
      return generator.name();
    }
    return value.getClass().getSimpleName();
  }

  /** Returns a type's name in Python, with its article. */
  public static String a(Object value) {
    String name = name(value);
    return ("aeiouAEIOU".indexOf(name.charAt(0)) < 0 ? "a " : "an ") + name;
  }

  public static boolean isText(Object value) {
    return value instanceof String || value instanceof Markup;
  }

  /** Returns the text of a str or Markup. */
  public static String text(Object value) {
    return value instanceof Markup markup ? markup.text() : (String) value;
  }

  /** Returns whether a value is a Python {@code int}, which includes {@code bool}. */
  public static boolean isInt(Object value) {
    return value instanceof BigInteger || value instanceof Boolean;
  }

  public static boolean isNumber(Object value) {
    return isInt(value) || value instanceof Double || value instanceof BigDecimal;
  }

  /** Returns the value of an int or bool. */
  public static BigInteger integer(Object value) {
    if (value instanceof Boolean bool) {
      return bool ? BigInteger.ONE : BigInteger.ZERO;
    }
    return (BigInteger) value;
  }

  /** Converts a number to a float; too large ones fail, as in Python. */
  public static double real(Object value) {
    if (value instanceof Double number) {
      return number;
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.doubleValue();
    }
    double real = integer(value).doubleValue();
    if (Double.isInfinite(real)) {
      throw new Problem("an int is too large for a float");
    }
    return real;
  }

  public static boolean isTrue(Object value) {
    if (value instanceof Boolean bool) {
      return bool;
    }
    if (value == null || value instanceof Undefined) {
      return false;
    }
    if (isText(value)) {
      return !text(value).isEmpty();
    }
    if (value instanceof BigInteger number) {
      return number.signum() != 0;
    }
    if (value instanceof Double number) {
      return number != 0;
    }
    if (value instanceof BigDecimal number) {
      return number.signum() != 0;
    }
    int size = Items.sizeOrMinus(value);
    return size != 0;
  }
}
