package io.herd.job.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Against scipy and statsmodels, whose values {@code review_statistics.py} has written. */
class StatisticsTest {
  private static final Offset<Double> CLOSE = within(1e-9);

  private static List<JsonArray> values(String name) throws IOException {
    JsonObject all =
        JsonParser.parseString(
                Files.readString(Path.of("src/test/resources/review/statistics.json")))
            .getAsJsonObject();
    List<JsonArray> rows =
        all.getAsJsonArray(name).asList().stream().map(JsonElement::getAsJsonArray).toList();
    assertThat(rows).hasSizeGreaterThan(8);
    return rows;
  }

  @Test
  void wilson_anyShare_isStatsmodels() throws IOException {
    for (JsonArray row : values("wilson")) {
      Interval found = Statistics.wilson(row.get(0).getAsLong(), row.get(1).getAsLong());
      assertThat(found.low()).as("%s", row).isCloseTo(row.get(2).getAsDouble(), CLOSE);
      assertThat(found.high()).as("%s", row).isCloseTo(row.get(3).getAsDouble(), CLOSE);
    }
    assertThat(Statistics.wilson(0, 0)).isNull();
  }

  @Test
  void atLeast_anyShare_isScipys() throws IOException {
    for (JsonArray row : values("at_least")) {
      double found =
          Statistics.atLeast(
              row.get(0).getAsLong(), row.get(1).getAsLong(), row.get(2).getAsDouble());
      assertThat(found).as("%s", row).isCloseTo(row.get(3).getAsDouble(), CLOSE);
    }
    assertThat(Statistics.atLeast(0, 0, 0.05)).isZero();
  }

  @Test
  void mcnemar_clearDifference_isSmallAndNotZero() {
    assertThat(Statistics.mcnemar(4, 96))
        .isCloseTo(2 * 4_087_976 / Math.pow(2, 100), within(1e-32));
    assertThat(Statistics.mcnemar(50, 50)).isEqualTo(1);
  }

  @Test
  void mcnemar_anyPair_isStatsmodels() throws IOException {
    for (JsonArray row : values("mcnemar")) {
      assertThat(Statistics.mcnemar(row.get(0).getAsLong(), row.get(1).getAsLong()))
          .as("%s", row)
          .isCloseTo(row.get(2).getAsDouble(), CLOSE);
    }
  }

  @Test
  void holm_anyTests_areStatsmodels() throws IOException {
    for (JsonArray row : values("holm")) {
      assertThat(Statistics.holm(numbers(row.get(0))))
          .as("%s", row)
          .zipSatisfy(
              numbers(row.get(1)), (found, right) -> assertThat(found).isCloseTo(right, CLOSE));
    }
    assertThat(Statistics.holm(List.of())).isEmpty();
  }

  private static List<Double> numbers(JsonElement array) {
    return array.getAsJsonArray().asList().stream().map(JsonElement::getAsDouble).toList();
  }
}
