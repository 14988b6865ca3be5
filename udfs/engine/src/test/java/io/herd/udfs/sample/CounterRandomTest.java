package io.herd.udfs.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterRandomTest {
  private static final int DRAWS = 200_000;
  private static final int CELLS = 16;

  /** Chi-square of 255 degrees of freedom lies below this in all but one of 10^6 cases. */
  private static final double MOST = 377;

  private interface Draw {
    double at(long n);
  }

  @Test
  void uniform_sameNames_sameDrawForEver() {
    assertThat(CounterRandom.uniform(0, 0, 0)).isEqualTo(0.1676358450582638);
    assertThat(CounterRandom.uniform(42, -7, 3)).isEqualTo(0.5281813839955305);
    assertThat(CounterRandom.uniform(Long.MIN_VALUE, Long.MAX_VALUE, 1 << 20))
        .isEqualTo(0.5154554808851299);
  }

  @Test
  void uniform_neighbouringPositions_areUniformAndIndependent() {
    check(n -> CounterRandom.uniform(1, 2, n));
  }

  @Test
  void uniform_neighbouringKeys_areUniformAndIndependent() {
    check(n -> CounterRandom.uniform(1, n, 0));
    check(n -> CounterRandom.uniform(0, n << 40, 5));
  }

  @Test
  void uniform_neighbouringSeeds_areUniformAndIndependent() {
    check(n -> CounterRandom.uniform(n, 3, 0));
  }

  @Test
  void uniform_keyAndPositionSwapped_areIndependent() {
    int[] cells = new int[CELLS * CELLS];
    for (int n = 0; n < DRAWS; n++) {
      double first = CounterRandom.uniform(1, n, n + 1);
      cells[cell(first, CounterRandom.uniform(1, n + 1, n))]++;
    }
    assertThat(chiSquare(cells)).isLessThan(MOST);
  }

  /** Pairs of neighbours fill a square evenly: that is both uniformity and independence. */
  private static void check(Draw draw) {
    int[] cells = new int[CELLS * CELLS];
    for (int n = 0; n < DRAWS; n++) {
      double value = draw.at(2L * n);
      assertThat(value).isBetween(0.0, Math.nextDown(1.0));
      cells[cell(value, draw.at(2L * n + 1))]++;
    }
    assertThat(chiSquare(cells)).isLessThan(MOST);
  }

  private static int cell(double first, double second) {
    return ((int) (first * CELLS)) * CELLS + (int) (second * CELLS);
  }

  private static double chiSquare(int[] cells) {
    double expected = (double) DRAWS / cells.length;
    double sum = 0;
    for (int count : cells) {
      sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
  }
}
