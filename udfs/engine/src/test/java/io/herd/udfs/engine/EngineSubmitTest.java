package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which requests an engine takes. */
class EngineSubmitTest {
  private final Engine engine = new Engine(new FakeModel(400), new Limits(4, 400, 512), 100, false);

  @Test
  void submit_longerThanTheLongestRow_isRefused() {
    Request tooLong =
        Requests.request(Requests.group(Requests.greedy(99)), new Requests.Told(), 1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> engine.submit(tooLong))
        .withMessage("a request of 101 tokens, where 100 are the most");
  }

  @Test
  void submit_exactlyTheCache_isRunThoughNoMultipleOfTheStep() {
    FakeModel odd = new FakeModel(70);
    Engine tight = new Engine(odd, new Limits(2, 70, 512), 100, false);
    assertThat(tight.maxTokens()).isEqualTo(70);
    Requests.Told told = new Requests.Told();
    tight.submit(Requests.request(Requests.group(GenerateSettings.trial(69)), told, 1));
    Requests.finish(tight, 100);
    assertThat(told.completions.get(0).tokens()).isEqualTo(69);
  }

  @Test
  void submit_promptIsNotMoreThanThePrefix_isRefused() {
    RequestGroup group =
        RequestGroup.generation(Requests.greedy(2), new int[] {1, 2}, EngineSubmitTest::noText);
    for (int[] ids : List.of(new int[] {1, 2}, new int[] {1}, new int[] {1, 3, 4})) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> engine.submit(Requests.request(group, new Requests.Told(), ids)))
          .withMessage("a prompt must be its prefix and at least one token");
    }
  }

  private static CompletionText noText() {
    return new CompletionText(ids -> "", List.of());
  }
}
