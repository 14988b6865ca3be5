package io.herd.udfs.hub.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoId;
import io.herd.udfs.hub.fake.FakeContent;
import io.herd.udfs.hub.fake.FakeHub;
import io.herd.udfs.hub.fake.FakeRequest.Server;
import io.herd.udfs.hub.fake.PythonClient;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Herd fetched, the real huggingface_hub uses, and the other way round. */
@Tag("real")
class SharedCacheTest {
  private static final RepoId ID = RepoId.of("open/model");
  private static final Map<String, String> OFFLINE = Map.of("HF_HUB_OFFLINE", "1");

  private final FakeHub hub = FakeHub.start();
  @TempDir private Path home;
  private Path cache;
  private PythonClient python;

  @BeforeEach
  void fill() {
    cache = home.resolve("hub");
    python = new PythonClient(hub.endpoint(), home);
    hub.repo(ID.text())
        .file("config.json", "{\"model_type\": \"llama\"}")
        .file("tokenizer.json", "{}")
        .file("model.safetensors", FakeContent.generated(12_345_678, 1));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void cache_filledByHerd_isPythons() throws Exception {
    Path snapshot = FetchProgram.fetch(hub.endpoint(), ID, cache);
    ModelManifest manifest =
        new ModelManifest(ID.text(), hub.repo(ID.text()).commit(), java.util.List.of());
    new ModelCache(cache).remember(manifest, "main");

    hub.forget();
    assertThat(python.run(OFFLINE, "snapshot", ID.text())).isEqualTo(snapshot.toString());
    assertThat(python.run(Map.of(), "snapshot", ID.text())).isEqualTo(snapshot.toString());
    assertThat(hub.requests()).noneMatch(request -> request.server() == Server.CDN);
  }

  @Test
  void cache_filledByPython_isHerds() throws Exception {
    String snapshot = python.run(Map.of(), "snapshot", ID.text());
    hub.forget();

    assertThat(FetchProgram.fetch(hub.endpoint(), ID, cache)).hasToString(snapshot);
    assertThat(hub.requests()).noneMatch(request -> request.server() == Server.CDN);
    assertThat(new ModelCache(cache).cached(ID.text(), "main"))
        .hasValueSatisfying(
            manifest -> assertThat(manifest.commit()).isEqualTo(hub.repo(ID.text()).commit()));
  }
}
