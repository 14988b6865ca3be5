package io.herd.udfs.grammar;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.grammar.Numerals.Bound;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Set;

/** The bounds in one schema of numbers. */
final class NumberKeywords {
  static final Set<String> ALL =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");

  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigDecimal LARGE = BigDecimal.TEN.pow(Numerals.MOST_DIGITS + 4);
  private static final int MOST_DECIMALS = 30;

  private final String at;
  private final Bound least;
  private final Bound most;

  NumberKeywords(JsonObject schema, String at) {
    this.at = at;
    this.least = stricter(schema, "minimum", "exclusiveMinimum", 1);
    this.most = stricter(schema, "maximum", "exclusiveMaximum", -1);
  }

  /** Whole numbers that fit a bigint. */
  Schema integers() {
    BigInteger from = least == null ? LEAST : nearest(least, RoundingMode.CEILING).max(LEAST);
    BigInteger to = most == null ? MOST : nearest(most, RoundingMode.FLOOR).min(MOST);
    if (from.compareTo(to) > 0) {
      throw Keywords.refused(at, "no whole number of 64 bits is between its bounds");
    }
    return new IntegerSchema(from, to);
  }

  /** Numbers that fit a double. */
  Schema numbers() {
    NumberSchema schema = new NumberSchema(least, most);
    if (Languages.isEmpty(schema.texts())) {
      throw Keywords.refused(
          at, "no number of at most " + Numerals.MOST_DIGITS + " digits is between its bounds");
    }
    return schema;
  }

  private static BigInteger nearest(Bound bound, RoundingMode inwards) {
    BigInteger whole = bound.value().setScale(0, inwards).toBigInteger();
    boolean excluded = !bound.included() && new BigDecimal(whole).compareTo(bound.value()) == 0;
    int step = inwards == RoundingMode.CEILING ? 1 : -1;
    return excluded ? whole.add(BigInteger.valueOf(step)) : whole;
  }

  private Bound stricter(JsonObject schema, String including, String excluding, int inwards) {
    BigDecimal included = number(schema, including);
    BigDecimal excluded = number(schema, excluding);
    if (excluded != null && (included == null || excluded.compareTo(included) * inwards >= 0)) {
      return new Bound(excluded, false);
    }
    return included == null ? null : new Bound(included, true);
  }

  /** What is far out of reach is brought near, before it is written out digit by digit. */
  private BigDecimal number(JsonObject schema, String keyword) {
    if (!schema.has(keyword)) {
      return null;
    }
    BigDecimal value = decimal(schema, keyword);
    if (value == null) {
      throw Keywords.refused(at + "/" + keyword, "it must be a number of reasonable size");
    }
    if (value.stripTrailingZeros().scale() > MOST_DECIMALS) {
      throw Keywords.refused(at + "/" + keyword, "it has too many decimals");
    }
    return value.min(LARGE).max(LARGE.negate());
  }

  /** A keyword that counts characters or items. */
  static int count(JsonObject schema, String keyword, int otherwise, String at) {
    if (!schema.has(keyword)) {
      return otherwise;
    }
    BigDecimal value = decimal(schema, keyword);
    if (value == null
        || value.signum() < 0
        || value.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0
        || value.stripTrailingZeros().scale() > 0) {
      throw Keywords.refused(at + "/" + keyword, "it must be a whole number, 0 or more");
    }
    return value.intValue();
  }

  /** Null when it is no number, or one with thousands of digits. */
  private static BigDecimal decimal(JsonObject schema, String keyword) {
    try {
      return schema.get(keyword) instanceof JsonPrimitive number && number.isNumber()
          ? number.getAsBigDecimal()
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
