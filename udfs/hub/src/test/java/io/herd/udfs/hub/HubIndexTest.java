package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.fake.FakeAnswer;
import io.herd.udfs.hub.fake.FakeHub;
import io.herd.udfs.hub.fake.FakeRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index of weights is read before anything is downloaded, because it says what to download. */
class HubIndexTest {
  private static final RepoId ID = RepoId.of("someone/model");

  private final FakeHub hub = FakeHub.start();

  @BeforeEach
  void publish() {
    hub.repo(ID.text()).folder(TinyRandom.folder("sharded-f16")).file("tokenizer.json", "{}");
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private ModelManifest prove(Path cache) {
    HubEnvironment environment =
        HubEnvironment.of(Map.of("HF_ENDPOINT", hub.endpoint().toString()), cache);
    return new Handshake(new HubClient(environment, Optional.empty(), NoWaiting.retries()))
        .prove(ID, "main")
        .manifest();
  }

  private static boolean isIndex(FakeRequest request) {
    return request.path().matches("/[^/]+/[^/]+/resolve/.*/" + NeededFiles.INDEX);
  }

  @Test
  void prove_indexThatBreaksOff_isAskedForAgain(@TempDir Path cache) {
    hub.answer(HubIndexTest::isIndex, 2, FakeAnswer.text(200, "{\"weight"));
    assertThat(prove(cache).files()).filteredOn(ModelManifest.Entry::weights).hasSize(3);
    assertThat(hub.requests()).filteredOn(HubIndexTest::isIndex).hasSize(3);
  }

  @Test
  void prove_indexOfPickles_isRefusedBeforeTheyAreDownloaded(@TempDir Path cache) {
    hub.repo(ID.text())
        .file("pytorch_model-00001-of-00001.bin", "x")
        .file(
            NeededFiles.INDEX,
            "{\"weight_map\": {\"lm_head.weight\": \"pytorch_model-00001-of-00001.bin\"}}");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> prove(cache))
        .withMessageContaining("pytorch_model-00001-of-00001.bin, which is no file of safetensors");
    assertThat(hub.requests()).extracting(FakeRequest::path).noneMatch(it -> it.endsWith(".bin"));
  }
}
