package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonElement;
import io.herd.udfs.HerdException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whatever the Hub answers: it is read, or refused in a short message without the token. In a build
 * only the seeds are tried; with {@code JAZZER_FUZZ=1 ... -Dexcluded.tests=real} Jazzer looks for
 * more.
 */
class HubAnswersFuzzTest {
  private static final RepoId MODEL = new RepoId("owner/model");
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final int LONGEST_MESSAGE = 4_000;

  private final HubAccess access = access();
  private final HubErrors errors = new HubErrors(access);

  private static HubAccess access() {
    Secret secret = Secret.clean(StubServer.TOKEN, "HF_TOKEN").orElseThrow();
    return new HubAccess(
        HubEnvironment.of(Map.of(), Path.of("/nowhere")),
        Optional.of(new FoundToken(secret, "HF_TOKEN", List.of())));
  }

  /** The first line is the address of the next page, the others are the body. */
  @FuzzTest(maxDuration = "60s")
  void answer_anyBytes_isReadOrRefused(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    int end = Math.max(0, text.indexOf('\n'));
    Map<String, List<String>> headers = Map.of("Link", List.of(text.substring(0, end)));
    String body = text.substring(end);
    for (int status : new int[] {200, 403}) {
      Answer answer =
          new Answer(
              URI.create("https://huggingface.co/api/models/owner/model/tree/" + COMMIT),
              status,
              HttpHeaders.of(headers, (name, value) -> true),
              body,
              true);
      try {
        read(answer.withoutToken(access));
      } catch (HerdException refused) {
        assertThat(refused.getMessage())
            .hasSizeLessThan(LONGEST_MESSAGE)
            .doesNotContain(StubServer.TOKEN);
      }
    }
  }

  private void read(Answer answer) {
    if (!answer.ok()) {
      throw errors.of(answer, Subject.model(MODEL, COMMIT));
    }
    TreePage pages = new TreePage(access, errors, MODEL);
    pages
        .next(answer)
        .ifPresent(next -> assertThat(next.getHost()).isEqualToIgnoringCase("huggingface.co"));
    Optional<JsonElement> json = answer.json();
    if (json.isPresent() && json.get().isJsonArray()) {
      for (ModelManifest.Entry file : pages.files(json.get().getAsJsonArray())) {
        Path folder = Path.of("/cache/model");
        assertThat(folder.resolve(file.name()).normalize()).startsWithRaw(folder);
        assertThat(file.bytes()).isNotNegative();
      }
    } else if (json.isPresent() && json.get().isJsonObject()) {
      assertThat(ModelInfo.of(json.get().getAsJsonObject(), MODEL).id()).isNotNull();
      assertThat(WhoAmI.of(json.get().getAsJsonObject()).name()).isNotNull();
    }
  }
}
