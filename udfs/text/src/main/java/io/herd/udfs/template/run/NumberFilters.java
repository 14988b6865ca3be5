package io.herd.udfs.template.run;

import io.herd.udfs.template.run.Arguments.Bound;
import io.herd.udfs.template.run.Filters.Filter;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters of numbers. */
final class NumberFilters {
  static final Map<String, Filter> ALL =
      Map.of(
          "abs", NumberFilters::abs,
          "int", NumberFilters::integer,
          "float", NumberFilters::real,
          "round", NumberFilters::round,
          "filesizeformat", NumberFilters::fileSize);

  private static final int MOST_DIGITS = 400;
  private static final List<String> SIZES = List.of("k", "M", "G", "T", "P", "E", "Z", "Y");

  private NumberFilters() {}

  private static Object abs(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    if (!Types.isNumber(value)) {
      throw new Problem(Types.a(value) + " has no absolute value");
    }
    return Types.isInt(value) ? (Object) Types.integer(value).abs() : Math.abs(Types.real(value));
  }

  private static Object integer(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("default?", "base?");
    Undefined.refuse(value);
    if (Types.isInt(value)) {
      return Types.integer(value);
    }
    if (value instanceof Double number && Double.isInfinite(number)) {
      throw new Problem("infinity is no int");
    }
    Object whole =
        Types.isText(value) ? Numerals.integer(Types.text(value), bound.integer(1, 10)) : null;
    if (whole != null) {
      return whole;
    }
    Double number = Types.isText(value) ? Numerals.real(Types.text(value)) : number(value);
    return number == null || number.isNaN() || number.isInfinite()
        ? bound.or(0, BigInteger.ZERO)
        : (Object) new BigDecimal(number).toBigInteger();
  }

  private static Double number(Object value) {
    return Types.isNumber(value) ? Types.real(value) : null;
  }

  private static Object real(Object value, Arguments arguments, Rendering rendering) {
    Object absent = arguments.bind("default?").or(0, 0.0);
    Undefined.refuse(value);
    Double number = Types.isText(value) ? Numerals.real(Types.text(value)) : number(value);
    return number == null ? absent : number;
  }

  private static Object round(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("precision?", "method?");
    String method = bound.has(1) ? bound.text(1) : "common";
    Undefined.refuse(value);
    if (!Types.isNumber(value)) {
      throw new Problem(Types.a(value) + " can't be rounded");
    }
    if (!List.of("common", "ceil", "floor").contains(method)) {
      throw new Problem("the method of round is common, ceil or floor");
    }
    int precision = bound.integer(0, 0);
    return method.equals("common")
        ? rounded(value, precision)
        : toward(value, precision, method.equals("ceil"), rendering);
  }

  private static Object rounded(Object value, int precision) {
    if (Types.isInt(value)) {
      BigInteger number = Types.integer(value);
      return precision >= 0
          ? number
          : new BigDecimal(number)
              .setScale(Math.max(precision, -MOST_DIGITS * 10), RoundingMode.HALF_EVEN)
              .toBigInteger();
    }
    double number = Types.real(value);
    if (Double.isNaN(number) || Double.isInfinite(number) || precision > MOST_DIGITS) {
      return number;
    }
    int scale = Math.max(precision, -MOST_DIGITS);
    double result = new BigDecimal(number).setScale(scale, RoundingMode.HALF_EVEN).doubleValue();
    return Math.copySign(result, number);
  }

  private static Object toward(Object value, int precision, boolean up, Rendering rendering) {
    Object tens =
        Arithmetic.of("**", BigInteger.TEN, BigInteger.valueOf(precision), rendering.budget());
    Object scaled = Arithmetic.of("*", value, tens, rendering.budget());
    if (!Types.isInt(scaled)) {
      double real = Types.real(scaled);
      if (Double.isNaN(real) || Double.isInfinite(real)) {
        throw new Problem("an infinite number can't be rounded");
      }
      scaled = new BigDecimal(up ? Math.ceil(real) : Math.floor(real)).toBigInteger();
    }
    return Arithmetic.of("/", scaled, tens, rendering.budget());
  }

  private static Object fileSize(Object value, Arguments arguments, Rendering rendering) {
    boolean binary = arguments.bind("binary?").flag(0);
    Undefined.refuse(value);
    Double bytes = Types.isText(value) ? Numerals.real(Types.text(value)) : number(value);
    if (bytes == null || bytes.isNaN() || bytes.isInfinite()) {
      throw new Problem(Types.a(value) + " is no size");
    }
    double base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return "1 Byte";
    }
    if (bytes < base) {
      return new BigDecimal(bytes).toBigInteger() + " Bytes";
    }
    double unit = base;
    int size = -1;
    do {
      unit *= base;
      size++;
    } while (bytes >= unit && size < SIZES.size() - 1);
    String letter = binary ? SIZES.get(size).toUpperCase(Locale.ROOT) + "i" : SIZES.get(size);
    return NumberFormat.fixed(base * bytes / unit, 1) + " " + letter + "B";
  }
}
