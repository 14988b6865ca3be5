package io.herd.udfs.grammar;

import com.google.gson.JsonElement;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automaton;

/** JSON's numerals between bounds, without exponents, leading zeros or a negative zero. */
final class Numerals {
  /** The number of decimal digits that a double always reproduces. */
  static final int MOST_DIGITS = 15;

  private static final String PLACE = "numbers";
  private static final Bound ABOVE_ZERO = new Bound(BigDecimal.ZERO, false);

  private Numerals() {}

  /** The end of an interval. */
  record Bound(BigDecimal value, boolean included) {

    Bound negated() {
      return new Bound(value.negate(), included);
    }

    BigInteger whole() {
      return value.toBigInteger();
    }

    /** Returns the digits after the point, without trailing zeros. */
    String fraction() {
      String digits = value.subtract(new BigDecimal(whole())).toPlainString();
      int point = digits.indexOf('.');
      return point < 0 ? "" : digits.substring(point + 1).replaceFirst("0+$", "");
    }
  }

  /**
   * Returns a value that is equal for equal numbers; the text itself for a number too large to
   * compare.
   */
  static Object decimal(JsonElement number) {
    try {
      return new BigDecimal(number.getAsString()).stripTrailingZeros();
    } catch (ArithmeticException | NumberFormatException e) {
      return number.getAsString();
    }
  }

  /** Matches the multiples of a whole number. */
  static Automaton multiples(int divisor) {
    Automaton out = new Automaton();
    for (int state = 0; state < divisor + 2; state++) {
      out.createState();
      out.setAccept(state, state == 2);
    }
    out.addTransition(0, 1, '-'); // 0 is the start, 1 is after the sign, 2 + r has the remainder r
    for (int state = 0; state < divisor + 2; state++) {
      for (int digit = 0; digit <= 9; digit++) {
        int before = Math.max(0, state - 2);
        out.addTransition(state, 2 + (before * 10 + digit) % divisor, '0' + digit);
      }
    }
    out.finishState();
    return out;
  }

  /** Matches all spellings of a number. */
  static Automaton spelled(Languages languages, BigDecimal value) {
    String digits = value.stripTrailingZeros().toPlainString();
    Automaton zeros = Repetition.of(languages, Languages.literal("0"), 0, -1, PLACE);
    Automaton more =
        digits.indexOf('.') < 0
            ? Languages.optional(languages.concatenation(Languages.literal(".0"), zeros))
            : zeros;
    return languages.concatenation(Languages.literal(digits), more);
  }

  /** Matches whole numbers from {@code least} to {@code most}; none if the bounds are crossed. */
  static Automaton integers(Languages languages, BigInteger least, BigInteger most) {
    List<Automaton> parts = new ArrayList<>();
    parts.add(naturals(languages, least.max(BigInteger.ZERO), most));
    Automaton negative = naturals(languages, most.negate().max(BigInteger.ONE), least.negate());
    parts.add(languages.concatenation(Languages.literal("-"), negative));
    return languages.reduced(languages.union(parts), PLACE);
  }

  private static Automaton naturals(Languages languages, BigInteger least, BigInteger most) {
    List<Automaton> byLength = new ArrayList<>();
    int longest = most.signum() < 0 ? 0 : most.toString().length();
    for (int length = least.toString().length(); length <= longest; length++) {
      BigInteger first = length == 1 ? BigInteger.ZERO : BigInteger.TEN.pow(length - 1);
      BigInteger last = BigInteger.TEN.pow(length).subtract(BigInteger.ONE);
      if (least.max(first).compareTo(most.min(last)) <= 0) {
        byLength.add(sameLength(least.max(first).toString(), most.min(last).toString()));
      }
    }
    return languages.reduced(languages.union(byLength), PLACE);
  }

  /**
   * State 4 i + 2 f + l means: after i digits; f and l are 1 once they differ from the first and
   * last number.
   */
  private static Automaton sameLength(String first, String last) {
    Automaton out = new Automaton();
    int digits = first.length();
    for (int state = 0; state < 4 * (digits + 1); state++) {
      out.createState();
      out.setAccept(state, state >= 4 * digits);
    }
    for (int state = 0; state < 4 * digits; state++) {
      char least = (state & 2) == 0 ? first.charAt(state / 4) : '0';
      char most = (state & 1) == 0 ? last.charAt(state / 4) : '9';
      for (char digit = least; digit <= most; digit++) {
        int offFirst = (state & 2) != 0 || digit > least ? 2 : 0;
        int offLast = (state & 1) != 0 || digit < most ? 1 : 0;
        out.addTransition(state, 4 * (state / 4 + 1) + offFirst + offLast, digit);
      }
    }
    out.finishState();
    return out;
  }

  /**
   * Matches decimals of at most {@link #MOST_DIGITS} digits.
   *
   * @param least or null
   * @param most or null
   */
  static Automaton decimals(Languages languages, Bound least, Bound most) {
    List<Automaton> parts = new ArrayList<>();
    if (most == null || most.value().signum() >= 0) {
      parts.add(
          magnitudes(languages, least == null || least.value().signum() < 0 ? null : least, most));
    }
    if (least == null || least.value().signum() < 0) {
      Bound nearest = most == null || most.value().signum() >= 0 ? ABOVE_ZERO : most.negated();
      Automaton magnitudes = magnitudes(languages, nearest, least == null ? null : least.negated());
      parts.add(languages.concatenation(Languages.literal("-"), magnitudes));
    }
    return languages.reduced(languages.union(parts), PLACE);
  }

  private static Automaton magnitudes(Languages languages, Bound least, Bound most) {
    Automaton all =
        languages.concatenation(
            naturals(
                languages,
                BigInteger.ZERO,
                BigInteger.TEN.pow(MOST_DIGITS).subtract(BigInteger.ONE)),
            Languages.optional(fraction(languages, "", false)));
    Automaton out = languages.intersection(all, fewDigits(languages), PLACE);
    if (least != null) {
      out = languages.intersection(out, atLeast(languages, least), PLACE);
    }
    if (most != null) {
      out = languages.intersection(out, atMost(languages, most), PLACE);
    }
    return languages.reduced(out, PLACE);
  }

  private static Automaton fewDigits(Languages languages) {
    Automaton digit = Languages.oneOf(CharSets.digits());
    Automaton digits = Repetition.of(languages, digit, 1, MOST_DIGITS, PLACE);
    List<Automaton> splits = new ArrayList<>(List.of(digits));
    for (int before = 1; before < MOST_DIGITS; before++) {
      splits.add(
          languages.concatenation(
              Repetition.of(languages, digit, before, before, PLACE),
              Languages.literal("."),
              Repetition.of(languages, digit, 1, MOST_DIGITS - before, PLACE)));
    }
    return languages.reduced(languages.union(splits), PLACE);
  }

  /**
   * Matches a larger whole part and any fraction, or the same whole part and a fraction at least as
   * large.
   */
  private static Automaton atLeast(Languages languages, Bound bound) {
    BigInteger next = bound.whole().add(BigInteger.ONE);
    Automaton larger = naturals(languages, next, next.max(BigInteger.TEN.pow(MOST_DIGITS)));
    List<Automaton> fractions = new ArrayList<>();
    String digits = bound.fraction();
    for (int i = 0; i < digits.length(); i++) {
      fractions.add(
          fraction(languages, digits.substring(0, i), (char) (digits.charAt(i) + 1), '9'));
    }
    if (bound.included()) {
      fractions.add(fraction(languages, digits, false));
      if (digits.isEmpty()) {
        fractions.add(Languages.empty());
      }
    } else {
      fractions.add(fraction(languages, digits, true));
    }
    return either(languages, larger, bound, fractions);
  }

  private static Automaton atMost(Languages languages, Bound bound) {
    Automaton smaller =
        naturals(languages, BigInteger.ZERO, bound.whole().subtract(BigInteger.ONE));
    List<Automaton> fractions = new ArrayList<>();
    String digits = bound.fraction();
    for (int i = 0; i < digits.length(); i++) {
      fractions.add(
          fraction(languages, digits.substring(0, i), '0', (char) (digits.charAt(i) - 1)));
      fractions.add(Languages.literal(i == 0 ? "" : "." + digits.substring(0, i)));
    }
    if (bound.included()) {
      Automaton zeros = Repetition.of(languages, Languages.literal("0"), 0, -1, PLACE);
      fractions.add(
          digits.isEmpty()
              ? Languages.optional(languages.concatenation(Languages.literal(".0"), zeros))
              : languages.concatenation(Languages.literal("." + digits), zeros));
    }
    return either(languages, smaller, bound, fractions);
  }

  private static Automaton either(
      Languages languages, Automaton others, Bound bound, List<Automaton> fractions) {
    Automaton same =
        languages.concatenation(
            Languages.literal(bound.whole().toString()), languages.union(fractions));
    Automaton other =
        languages.concatenation(others, Languages.optional(fraction(languages, "", false)));
    return languages.reduced(languages.union(List.of(same, other)), PLACE);
  }

  /** Matches a point, these digits, one digit of a range, and any others. */
  private static Automaton fraction(Languages languages, String digits, char least, char most) {
    Automaton any = Repetition.of(languages, Languages.oneOf(CharSets.digits()), 0, -1, PLACE);
    return least > most
        ? languages.union(List.of())
        : languages.concatenation(
            Languages.literal("." + digits), Languages.oneOf(CharSets.range(least, most)), any);
  }

  /**
   * Matches a point, these digits and others: at least one digit in all, or one that isn't 0 after
   * them.
   */
  private static Automaton fraction(Languages languages, String digits, boolean more) {
    Automaton digit = Languages.oneOf(CharSets.digits());
    Automaton start = Languages.literal("." + digits);
    Automaton any = Repetition.of(languages, digit, 0, -1, PLACE);
    if (more) {
      Automaton zeros = Repetition.of(languages, Languages.literal("0"), 0, -1, PLACE);
      Automaton notZero = Languages.oneOf(CharSets.range('1', '9'));
      return languages.concatenation(start, zeros, notZero, any);
    }
    return digits.isEmpty()
        ? languages.concatenation(start, digit, any)
        : languages.concatenation(start, any);
  }
}
