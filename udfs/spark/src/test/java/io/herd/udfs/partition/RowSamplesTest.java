package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.RowException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.FinishReason;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Samples of a row that end in any order. */
class RowSamplesTest {
  private static final PendingRow ROW =
      new PendingRow("0123456789abcdef".repeat(4), new int[] {5}, List.of(), null, null);

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicLong computed = new AtomicLong();
  private final AtomicLong copied = new AtomicLong();
  private final List<RowSamples.Outcome> outcomes = new ArrayList<>();
  private final RowSamples samples =
      new RowSamples(
          ROW,
          threeSamples(),
          begun::incrementAndGet,
          computed::addAndGet,
          copied::addAndGet,
          outcomes::add);

  private static GenerationTask threeSamples() {
    GenerateSettings settings =
        new GenerateSettings(4, 0, false, List.of(), 0, Sampling.at(1), 3, 0);
    RequestGroup group =
        RequestGroup.generation(
            settings, new int[0], () -> new CompletionText(ids -> "", List.of()));
    return new GenerationTask(settings, group, id -> "");
  }

  private static Completion completion(int tokens) {
    CompletionText text = new CompletionText(ids -> "", List.of());
    return new Completion(text::text, tokens, FinishReason.STOP, List.of(), null);
  }

  @Test
  void completed_inAnyOrder_isOneOutcomeInTheOrderOfTheSamples() {
    List<Request> requests = List.of(samples.request(0), samples.request(1), samples.request(2));
    assertThat(requests.stream().map(Request::key).distinct()).as("other draws").hasSize(3);
    for (int sample : new int[] {2, 0, 1}) {
      assertThat(outcomes).isEmpty();
      requests.get(sample).listener().begun();
      requests.get(sample).listener().completed(completion(sample));
    }
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.get(0).completions())
        .extracting(Completion::tokens)
        .containsExactly(0, 1, 2);
    assertThat(outcomes.get(0).failure()).isNull();
    assertThat(begun).as("the row").hasValue(1);
  }

  @Test
  void computed_promptOfSamples_countsOnce() {
    for (int sample = 0; sample < 3; sample++) {
      samples.request(sample).listener().computed(7, 0);
      samples.request(sample).listener().computed(0, 1);
    }
    assertThat(computed).hasValue(10);
  }

  @Test
  void failed_oneSample_isTheRowsFailureOnceAllHaveEnded() {
    RowException failure = new RowException("no memory");
    samples.request(1).listener().failed(failure);
    samples.request(0).listener().completed(completion(1));
    assertThat(outcomes).isEmpty();
    samples.request(2).listener().completed(completion(1));
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.get(0).failure()).isSameAs(failure);
    assertThat(outcomes.get(0).completions()).isEmpty();
  }
}
