package io.herd.udfs.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.grammar.Numerals.Bound;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds against arithmetic. */
class NumeralsTest {
  private static final int ROUNDS = 300;

  private final SplittableRandom random = new SplittableRandom(42);

  private static Languages languages() {
    return new Languages(new Effort("numbers"));
  }

  @Test
  void integers_randomBounds_areExact() {
    for (int round = 0; round < ROUNDS; round++) {
      long one = random.nextLong(-1200, 1200);
      long other = random.nextLong(-1200, 1200);
      long least = Math.min(one, other);
      long most = Math.max(one, other);
      Dfa dfa =
          new Dfa(
              Numerals.integers(languages(), BigInteger.valueOf(least), BigInteger.valueOf(most)),
              false);
      for (long value = -1300; value <= 1300; value++) {
        assertThat(Texts.accepts(dfa, Long.toString(value)))
            .as("%d in %d..%d", value, least, most)
            .isEqualTo(least <= value && value <= most);
      }
    }
  }

  @Test
  void integers_allOf64Bits_areExactAtTheEnds() {
    BigInteger least = BigInteger.valueOf(Long.MIN_VALUE);
    BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
    Dfa dfa = new Dfa(Numerals.integers(languages(), least, most), false);
    assertThat(Texts.accepts(dfa, least.toString())).isTrue();
    assertThat(Texts.accepts(dfa, most.toString())).isTrue();
    assertThat(Texts.accepts(dfa, least.subtract(BigInteger.ONE).toString())).isFalse();
    assertThat(Texts.accepts(dfa, most.add(BigInteger.ONE).toString())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"-0", "00", "01", "-01", "+1", "1.", "''", "-", "0x1", "1e3"})
  void integers_otherSpellings_areNone(String text) {
    Dfa dfa =
        new Dfa(Numerals.integers(languages(), BigInteger.TEN.negate(), BigInteger.TEN), false);
    assertThat(Texts.accepts(dfa, text)).isFalse();
  }

  @Test
  void decimals_randomBounds_areExact() {
    List<String> numerals = numerals();
    for (int round = 0; round < ROUNDS; round++) {
      Bound least = random.nextInt(5) == 0 ? null : bound();
      Bound most = random.nextInt(5) == 0 ? null : bound();
      Dfa dfa = new Dfa(notEmpty(Numerals.decimals(languages(), least, most)), false);
      for (String numeral : numerals) {
        boolean inside =
            (least == null || above(new BigDecimal(numeral), least))
                && (most == null || above(new BigDecimal(numeral).negate(), most.negated()));
        assertThat(Texts.accepts(dfa, numeral))
            .as("%s between %s and %s", numeral, least, most)
            .isEqualTo(inside);
      }
    }
  }

  private static org.apache.lucene.util.automaton.Automaton notEmpty(
      org.apache.lucene.util.automaton.Automaton texts) {
    return texts.getNumStates() == 0 ? Languages.oneOf(CharSets.of('!')) : texts;
  }

  private static boolean above(BigDecimal value, Bound bound) {
    int order = value.compareTo(bound.value());
    return order > 0 || (order == 0 && bound.included());
  }

  private Bound bound() {
    BigDecimal value = BigDecimal.valueOf(random.nextLong(-3000, 3000), random.nextInt(4));
    return new Bound(value, random.nextBoolean());
  }

  private static List<String> numerals() {
    List<String> all = new ArrayList<>();
    for (String whole :
        List.of("0", "1", "2", "9", "10", "11", "29", "30", "299", "1000", "2999")) {
      for (String rest :
          List.of(
              "", ".0", ".00", ".1", ".10", ".01", ".001", ".5", ".9", ".99", ".999", ".9990")) {
        all.add(whole + rest);
        if (!(whole + rest).matches("[0.]+")) {
          all.add("-" + whole + rest);
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "-0",
    "-0.0",
    "01",
    ".5",
    "5.",
    "1e3",
    "+1",
    "1234567890123456",
    "0.1234567890123456"
  })
  void decimals_otherSpellings_areNone(String text) {
    assertThat(Texts.accepts(new Dfa(Numerals.decimals(languages(), null, null), false), text))
        .isFalse();
  }
}
