package io.herd.udfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.herd.udfs.HerdException;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Outcome;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.CompletionText;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Whatever a server answers: it is read, or refused in a short message. In a build only the seeds
 * are tried; with {@code JAZZER_FUZZ=1 ... -Dexcluded.tests=real} Jazzer looks for more.
 */
class EndpointAnswersFuzzTest {
  private static final int LONGEST_MESSAGE = 2_000;
  private static final URI ADDRESS = URI.create("http://localhost:8000/v1/completions");
  private static final GenerateSettings TOLD =
      new GenerateSettings(9, 0, false, List.of(), 0, Sampling.GREEDY, 1, 2);
  private static final List<RequestGroup> GROUPS =
      List.of(
          RequestGroup.generation(TOLD, new int[0], () -> new CompletionText(ids -> "", List.of())),
          RequestGroup.labelling(
              TOLD, new int[0], new LabelTokens(List.of(new int[] {3}, new int[] {4, 5}))),
          RequestGroup.labelling(
              TOLD, new int[0], new LabelTokens(List.of(new int[] {3}, new int[] {4}))));

  @FuzzTest(maxDuration = "60s")
  void answer_anyBytes_isReadOrRefused(byte[] content) {
    String body = new String(content, StandardCharsets.UTF_8);
    HttpHeaders headers = HttpHeaders.of(Map.of("Retry-After", List.of(body)), (n, v) -> true);
    for (int status : new int[] {200, 302, 401, 403, 404, 422, 500}) {
      EndpointAnswer answer = new EndpointAnswer(ADDRESS, status, headers, body);
      assertThat(answer.message()).hasSizeLessThan(LONGEST_MESSAGE);
      answer.askedWait().ifPresent(wait -> assertThat(wait.isNegative()).isFalse());
      for (String software : List.of("vllm", "")) {
        Served served = new Served("m", "", software, "", 0);
        GROUPS.forEach(group -> read(answer, new CompletionRequests(served, false), group));
        GROUPS.forEach(group -> read(answer, new CompletionRequests(served, true), group));
      }
    }
  }

  private static void read(EndpointAnswer answer, CompletionRequests asked, RequestGroup group) {
    Request request = new Request(new int[] {1, 2}, 0, group, new Outcome());
    try {
      if (answer.json().isPresent()) {
        assertThat(new CompletionAnswers(asked).read(answer.json().get(), request)).isNotNull();
      }
    } catch (AnswerProblem | HerdException refused) {
      assertThat(refused.getMessage()).hasSizeLessThan(LONGEST_MESSAGE);
    }
    if (EndpointErrors.ofAllRows(answer.status())) {
      assertThat(EndpointErrors.refused(answer, true).getMessage())
          .hasSizeLessThan(LONGEST_MESSAGE);
    }
  }
}
