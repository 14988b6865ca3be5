package io.herd.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.output.Profile;
import io.herd.job.page.Reports;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarningsTest {
  private static List<String> of(Map<String, Long> finishReasons, Map<String, Long> labels) {
    return of(finishReasons, labels, List.of());
  }

  private static List<String> of(
      Map<String, Long> finishReasons, Map<String, Long> labels, List<Profile.Field> parsed) {
    Profile all = Reports.of("x").profile();
    return Warnings.of(
        Reports.with(
            new Profile(
                all.promptTokens(),
                all.completionTokens(),
                finishReasons,
                labels,
                0,
                List.of(),
                parsed,
                List.of())));
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
  void of_fieldsOfJson_areLookedAtToo() {
    Profile.Field stars = new Profile.Field("stars", Map.of("1", 291L, "5", 9L), null, null);
    Profile.Field quote = new Profile.Field("quote", null, 40, 60L);

    assertThat(of(Map.of("stop", 300L), Map.of(), List.of(stars, quote)))
        .hasSize(2)
        .anySatisfy(
            each -> assertThat(each).startsWith("97.0 % of the rows have \"1\" in parsed.stars"))
        .anySatisfy(
            each ->
                assertThat(each)
                    .startsWith("20.0 % of the strings in parsed.quote are 40 characters long"));
    assertThat(
            of(Map.of("stop", 300L), Map.of(), List.of(new Profile.Field("quote", null, 40, 6L))))
        .isEmpty();
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
