package io.herd.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.output.Profile;
import io.herd.job.page.Reports;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarningsTest {
  private static List<String> of(Map<String, Long> finishReasons, Map<String, Long> labels) {
    Profile all = Reports.of("x").profile();
    return Warnings.of(
        Reports.with(
            new Profile(
                all.promptTokens(), all.completionTokens(), finishReasons, labels, 0, List.of())));
  }

  @Test
  void of_manyCutCompletions_saysHowMany() {
    assertThat(of(Map.of("stop", 133L, "length", 167L), Map.of()))
        .singleElement()
        .asString()
        .startsWith("55.7 % of the completions were cut off at generate.max-new-tokens");
    assertThat(of(Map.of("stop", 90L, "length", 10L), Map.of())).isEmpty();
  }

  @Test
  void of_oneLabelForNearlyAll_namesIt() {
    assertThat(of(Map.of(), Map.of("1", 291L, "5", 9L)))
        .singleElement()
        .asString()
        .startsWith("97.0 % of the rows have the label \"1\"");
    assertThat(of(Map.of(), Map.of("1", 10L))).as("too few to say").isEmpty();
    assertThat(of(Map.of(), Map.of("1", 200L, "5", 100L))).isEmpty();
  }
}
