package io.herd.udfs.grammar;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.grammar.Numerals.Bound;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Set;

/** The number keywords of several schemas of one value. */
final class NumberKeywords {
  static final Set<String> ALL =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigDecimal LARGE = BigDecimal.TEN.pow(Numerals.MOST_DIGITS + 4);
  private static final int MOST_DECIMALS = 30;
  private static final int MOST_DIVISOR = 10_000;

  private Bound least;
  private Bound most;
  private int divisor = 1;

  NumberKeywords(List<Part> parts) {
    for (Part part : parts) {
      JsonObject schema = part.schema().getAsJsonObject();
      String at = part.at();
      least = stricter(least, bound(schema, "minimum", "exclusiveMinimum", 1, at), 1);
      most = stricter(most, bound(schema, "maximum", "exclusiveMaximum", -1, at), -1);
      divide(schema, at);
    }
  }

  /** Returns whole numbers that fit a bigint; null if there are none. */
  Schema integers() {
    BigInteger from = least == null ? LEAST : nearest(least, RoundingMode.CEILING).max(LEAST);
    BigInteger to = most == null ? MOST : nearest(most, RoundingMode.FLOOR).min(MOST);
    return from.compareTo(to) > 0 ? null : new IntegerSchema(from, to, divisor);
  }

  /** Returns numbers that fit a double; null if there are none. */
  Schema numbers(Languages languages) {
    if (divides()) {
      return integers();
    }
    NumberSchema schema = new NumberSchema(least, most);
    return Languages.isEmpty(schema.texts(languages)) ? null : schema;
  }

  private boolean divides() {
    return divisor != 1 || wholeOnly;
  }

  private boolean wholeOnly;

  private void divide(JsonObject schema, String at) {
    if (!schema.has("multipleOf")) {
      return;
    }
    BigDecimal value = decimal(schema.get("multipleOf"));
    if (value == null || value.signum() <= 0) {
      throw Keywords.refused(at + "/multipleOf", "it must be a number above 0");
    }
    boolean whole = value.stripTrailingZeros().scale() <= 0;
    if (!whole || value.compareTo(BigDecimal.valueOf(MOST_DIVISOR)) > 0) {
      throw Keywords.refused(
          at,
          "multipleOf is not supported with " + schema.get("multipleOf"),
          "use whole numbers up to "
              + MOST_DIVISOR
              + ", or a string with a pattern such as"
              + " ^[0-9]+\\.[0-9]{2}$: validators divide floating-point numbers, and differ.");
    }
    int number = value.intValueExact();
    int common = BigInteger.valueOf(number).gcd(BigInteger.valueOf(divisor)).intValue();
    long both = (long) divisor / common * number;
    if (both > MOST_DIVISOR) {
      throw Keywords.refused(at, "multipleOf is not supported with " + both);
    }
    divisor = (int) both;
    wholeOnly = true;
  }

  private static BigInteger nearest(Bound bound, RoundingMode inwards) {
    BigInteger whole = bound.value().setScale(0, inwards).toBigInteger();
    boolean excluded = !bound.included() && new BigDecimal(whole).compareTo(bound.value()) == 0;
    int step = inwards == RoundingMode.CEILING ? 1 : -1;
    return excluded ? whole.add(BigInteger.valueOf(step)) : whole;
  }

  private static Bound stricter(Bound one, Bound other, int inwards) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    int order = one.value().compareTo(other.value()) * inwards;
    return order > 0 || (order == 0 && !one.included()) ? one : other;
  }

  /** In draft 4, an exclusive bound was a boolean beside the bound. */
  private static Bound bound(
      JsonObject schema, String including, String excluding, int inwards, String at) {
    BigDecimal included = number(schema, including, at);
    if (schema.get(excluding) instanceof JsonPrimitive flag && flag.isBoolean()) {
      return included == null ? null : new Bound(included, !flag.getAsBoolean());
    }
    BigDecimal excluded = number(schema, excluding, at);
    return stricter(
        included == null ? null : new Bound(included, true),
        excluded == null ? null : new Bound(excluded, false),
        inwards);
  }

  /** Clamps extreme values before they are written out digit by digit. */
  private static BigDecimal number(JsonObject schema, String keyword, String at) {
    if (!schema.has(keyword)) {
      return null;
    }
    BigDecimal value = decimal(schema.get(keyword));
    if (value == null) {
      throw Keywords.refused(at + "/" + keyword, "it must be a number of reasonable size");
    }
    if (value.stripTrailingZeros().scale() > MOST_DECIMALS) {
      throw Keywords.refused(at + "/" + keyword, "it has too many decimals");
    }
    return value.min(LARGE).max(LARGE.negate());
  }

  /** Reads a keyword that counts characters, items or members. */
  static int count(JsonObject schema, String keyword, int otherwise, String at) {
    if (!schema.has(keyword)) {
      return otherwise;
    }
    BigDecimal value = decimal(schema.get(keyword));
    if (value == null
        || value.signum() < 0
        || value.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0
        || value.stripTrailingZeros().scale() > 0) {
      throw Keywords.refused(at + "/" + keyword, "it must be a whole number, 0 or more");
    }
    return value.intValue();
  }

  /** Returns null if it isn't a number, or has thousands of digits. */
  static BigDecimal decimal(JsonElement element) {
    try {
      return element instanceof JsonPrimitive number && number.isNumber()
          ? number.getAsBigDecimal()
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
