package io.herd.job.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares every figure of a report.html with the run.json beside it. */
public final class Figures {
  /** The first rows are the user's; the last sentence has the name of a folder. */
  private static final List<String> TEXTS = List.of("The first rows|", "Next steps|");

  private static final String TILES = "What came out|"; // alone, so 0.00 would say nothing

  private Figures() {}

  /**
   * Fails where the page shows another number than run.json has, one that run.json doesn't ask for,
   * or lacks one.
   */
  public static void compare(String page, JsonObject run) throws Exception {
    Map<String, List<ShownNumber>> shown = shown(page);
    Map<String, List<Double>> expected = ExpectedFigures.of(run);
    assertThat(shown.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    shown.forEach((place, numbers) -> compare(place, numbers, expected.get(place)));
  }

  private static void compare(String place, List<ShownNumber> shown, List<Double> expected) {
    String both = place + ": shown " + shown + ", in run.json " + expected;
    assertThat(shown).as(both).hasSameSizeAs(expected);
    for (int i = 0; i < shown.size(); i++) {
      assertThat(shown.get(i).shows(expected.get(i))).as(both).isTrue();
      if (place.startsWith(TILES) && !place.equals(TILES)) {
        assertThat(shown.get(i).value()).as(both).isCloseTo(expected.get(i), withinPercentage(1));
      }
    }
  }

  private static Map<String, List<ShownNumber>> shown(String page) throws Exception {
    Map<String, List<ShownNumber>> shown = new LinkedHashMap<>();
    ShownPage.texts(page)
        .forEach(
            (place, text) -> {
              List<ShownNumber> numbers = ShownNumber.in(text);
              if (!numbers.isEmpty() && TEXTS.stream().noneMatch(place::startsWith)) {
                shown.put(place, numbers);
              }
            });
    shown
        .keySet()
        .removeIf(place -> place.startsWith("What was run|") && !place.endsWith("|model|"));
    return shown;
  }
}
