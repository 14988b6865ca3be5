package io.herd.job.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.review.ReviewReport.Threshold;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThresholdsTest {
  @Test
  void of_rowsByTheLastValueTheyReach_countsFromAbove() {
    long[] rows = {10, 0, 0, 20, 0, 0, 40, 0, 0, 30};
    long[] right = {2, 0, 0, 10, 0, 0, 36, 0, 0, 30};

    List<Threshold> all = Thresholds.of(rows, right);

    assertThat(all).hasSize(10);
    assertThat(all.get(0).answered()).isEqualTo(100);
    assertThat(all.get(0).coverage()).isEqualTo(1);
    assertThat(all.get(0).accuracy()).isEqualTo(0.78);
    assertThat(all.get(4).abstainBelow()).isEqualTo(0.6);
    assertThat(all.get(4).answered()).isEqualTo(70);
    assertThat(all.get(4).accuracy()).isEqualTo(66 / 70.0);
    assertThat(all.get(9).atLeast()).isLessThan(0.9); // 30 of 30 don't show it
    assertThat(Thresholds.reaching(all)).containsEntry("0.8", 0.6).containsEntry("0.99", null);
  }

  /** Labels whose probability is right: the promise is broken no more often than it says. */
  @Test
  void reaching_aThousandDataSets_isTrueInNineteenOfTwenty() {
    Random random = new Random(7);
    int broken = 0;
    int promised = 0;
    for (int set = 0; set < 1000; set++) {
      long[] rows = new long[Thresholds.GRID.length];
      long[] right = new long[Thresholds.GRID.length];
      for (int row = 0; row < 400; row++) {
        double probability = 0.4 + 0.6 * random.nextDouble();
        int reached = 0;
        while (reached + 1 < Thresholds.GRID.length
            && probability >= Thresholds.GRID[reached + 1]) {
          reached++;
        }
        rows[reached]++;
        right[reached] += random.nextDouble() < probability ? 1 : 0;
      }
      Double chosen = Thresholds.reaching(Thresholds.of(rows, right)).get("0.8");
      promised += chosen == null ? 0 : 1;
      broken += chosen != null && (Math.max(0.4, chosen) + 1) / 2 < 0.8 ? 1 : 0; // the true share
    }
    assertThat(promised).isGreaterThan(900);
    assertThat(broken).isLessThanOrEqualTo(50);
  }
}
