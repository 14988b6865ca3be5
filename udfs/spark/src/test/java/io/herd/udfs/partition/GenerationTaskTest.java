package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.FinishReason;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.SampleLine;
import io.herd.udfs.results.TokenLine;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.sample.TokenScores;
import io.herd.udfs.text.CompletionText;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationTaskTest {
  private static Completion completion(String text, int... ids) {
    List<TokenScores> scores =
        Arrays.stream(ids)
            .mapToObj(id -> new TokenScores(id, -0.5, new int[] {id, 9}, new double[] {-0.5, -2}))
            .toList();
    CompletionText made = new CompletionText(tokens -> text, List.of());
    Arrays.stream(ids).forEach(made::append);
    return new Completion(made::text, ids.length, FinishReason.LENGTH, scores, null);
  }

  private static Result generated(int samples, int logprobs, Completion... completions) {
    GenerateSettings settings =
        new GenerateSettings(16, 0, false, List.of(), 0, Sampling.at(1), samples, logprobs);
    RequestGroup group =
        RequestGroup.generation(
            settings, new int[0], () -> new CompletionText(ids -> "", List.of()));
    return new GenerationTask(settings, group, id -> "t" + id).result("k", List.of(completions));
  }

  @Test
  void result_severalSamples_keepsEachInItsPlace() {
    Result result = generated(2, 0, completion("first", 1), completion("second", 2, 3));
    assertThat(result.completion()).isNull();
    assertThat(result.finishReason()).isNull();
    assertThat(result.completionTokens()).isEqualTo(3);
    assertThat(result.completions())
        .containsExactly(
            new SampleLine("first", "length", 1, null),
            new SampleLine("second", "length", 2, null));
  }

  @Test
  void result_logprobs_nameTokensAndAlternatives() {
    Result result = generated(1, 2, completion("ab", 4));
    assertThat(result.completion()).isEqualTo("ab");
    assertThat(result.logprobs())
        .containsExactly(
            new TokenLine(
                "t4",
                4,
                -0.5,
                List.of(
                    new TokenLine.Alternative("t4", 4, -0.5),
                    new TokenLine.Alternative("t9", 9, -2))));
    assertThat(generated(1, 0, completion("ab", 4)).logprobs()).isNull();
  }
}
