package io.herd.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.herd.job.output.Quality.Bin;
import io.herd.job.output.Quality.Cell;
import io.herd.job.output.Quality.OfClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QualityTest {
  private static final double NEAR = 1e-12;

  private static final List<Cell> CELLS =
      List.of(
          new Cell("a", "a", 9, 6, 5.7),
          new Cell("a", "b", 9, 2, 1.9),
          new Cell("b", "b", 5, 3, 1.65),
          new Cell("b", "a", 5, 1, 0.55),
          new Cell("b", null, 4, 4, 1.8),
          new Cell("c", "b", 5, 1, 0.5));

  private static Quality quality() {
    return Quality.of(new Counts.Gold(17, 13, 9, 0, 0, 0), CELLS);
  }

  @Test
  void of_cells_countsAnswersAndAbstentions() {
    assertThat(quality().rows()).isEqualTo(17);
    assertThat(quality().disagreements()).isEqualTo(4);
    assertThat(quality().coverage()).isCloseTo(13 / 17.0, within(NEAR));
    assertThat(quality().accuracy()).isCloseTo(9 / 13.0, within(NEAR));
    assertThat(quality().micro()).isNull();
  }

  @Test
  void of_cells_measuresEachClass() {
    assertThat(quality().classes())
        .containsExactly(
            new OfClass("a", 6 / 7.0, 6 / 8.0, 12 / 15.0, 8, 0),
            new OfClass("b", 3 / 6.0, 3 / 4.0, 6 / 10.0, 4, 4),
            new OfClass("c", null, 0.0, 0, 1, 0));
    assertThat(quality().macroF1()).isCloseTo((0.8 + 0.6 + 0) / 3, within(NEAR));
    assertThat(quality().confusion())
        .isEqualTo(
            Map.of(
                "a",
                Map.of("a", 6L, "b", 2L),
                "b",
                Map.of("a", 1L, "b", 3L),
                "c",
                Map.of("b", 1L)));
  }

  @Test
  void of_cells_comparesProbabilitiesWithShares() {
    List<Bin> bins = quality().reliability();
    assertThat(bins).extracting(Bin::from).containsExactly(0.5, 0.9);
    assertThat(bins).extracting(Bin::rows).containsExactly(5L, 8L);
    assertThat(bins.get(0).probability()).isCloseTo(2.7 / 5, within(NEAR));
    assertThat(bins.get(0).accuracy()).isCloseTo(3 / 5.0, within(NEAR));
    double expected = (5 * (0.6 - 0.54) + 8 * (0.95 - 0.75)) / 13;
    assertThat(quality().calibrationError()).isCloseTo(expected, within(NEAR));
  }

  @Test
  void of_tooManyClasses_leavesThemOut() {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      cells.add(new Cell("label " + i, "label " + i, 9, 1, 1));
    }
    Quality quality = Quality.of(new Counts.Gold(101, 101, 101, 0, 0, 0), cells);
    assertThat(quality.classes()).isNull();
    assertThat(quality.confusion()).isNull();
    assertThat(quality.macroF1()).isEqualTo(1);
    assertThat(quality.reliability()).hasSize(1);
  }

  @Test
  void of_nothingCompared_hasNoShares() {
    Quality quality = Quality.of(new Counts.Gold(0, 0, 0, 0, 0, 0), List.of());
    assertThat(quality.accuracy()).isNull();
    assertThat(quality.coverage()).isNull();
    assertThat(quality.macroF1()).isNull();
    assertThat(quality.calibrationError()).isNull();
    assertThat(quality.classes()).isEmpty();
  }

  @Test
  void of_severalLabels_isMicroAveraged() {
    Quality.Score micro = Quality.of(new Counts.Gold(4, 4, 1, 6, 2, 3), true).micro();
    assertThat(micro.precision()).isCloseTo(6 / 8.0, within(NEAR));
    assertThat(micro.recall()).isCloseTo(6 / 9.0, within(NEAR));
    assertThat(micro.f1()).isCloseTo(12 / 17.0, within(NEAR));
  }
}
