package io.herd.udfs.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Repository;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.HubEnvironment;
import io.herd.udfs.hub.fake.FakeHub;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.TorchDevice;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubRepositoryFactoryTest {
  private static final String TOKEN = "hf_abcdefghijklmnopqrstuvwxyz";
  private static final String ID = "meta-llama/Llama-3.2-1B";

  private final FakeHub hub = FakeHub.start();
  @TempDir private Path home;

  @BeforeEach
  void fill() {
    hub.repo(ID)
        .gated()
        .folder(TinyRandom.folder(TinyRandom.GROUPED))
        .file("tokenizer.json", TinyRandom.folder("tokenizer.json"));
    hub.account(TOKEN).accept(ID);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Repository repository(String url, Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(more);
    variables.put("HF_ENDPOINT", hub.endpoint().toString());
    variables.put("HF_TOKEN", TOKEN);
    variables.put("HF_HOME", home.toString());
    return new HubRepositoryFactory(() -> HubEnvironment.of(variables, home))
        .newInstance("herd", URI.create(url));
  }

  private static Path folder(Repository repository) throws IOException {
    MRL resource = repository.getResources().get(0);
    Artifact artifact = repository.resolve(resource, Map.of());
    repository.prepare(artifact);
    return repository.getResourceDirectory(artifact);
  }

  @Test
  void repository_gatedModel_isAFolderThatOurEngineLoads() throws IOException {
    Path folder = folder(repository("hf://" + ID, Map.of()));

    assertThat(folder).startsWith(home).hasFileName(hub.repo(ID).commit());
    assertThat(folder.resolve("model.safetensors"))
        .hasSameBinaryContentAs(TinyRandom.folder(TinyRandom.GROUPED).resolve("model.safetensors"));
    try (LlamaModel model = LlamaModel.load(folder, Dtype.FLOAT32, TorchDevice.cpu())) {
      assertThat(model.spec().layers()).isPositive();
    }
  }

  @Test
  void repository_again_downloadsNothing() throws IOException {
    folder(repository("hf://" + ID, Map.of()));
    hub.forget();
    folder(repository("hf://" + ID + "@main", Map.of()));
    folder(repository("hf://" + ID, Map.of("HF_HUB_OFFLINE", "1")));

    assertThat(hub.requests()).noneMatch(request -> request.path().endsWith(".safetensors"));
  }

  @Test
  void repository_damagedDownload_isRefused() {
    hub.corrupt("model.safetensors");

    assertThatThrownBy(() -> repository("hf://" + ID, Map.of()))
        .hasMessageContaining("model.safetensors");
    assertThat(home.resolve("hub/models--meta-llama--Llama-3.2-1B/refs/main")).doesNotExist();
  }

  @Test
  void repository_offlineWithoutTheModel_saysSo() {
    assertThatThrownBy(() -> repository("hf://" + ID, Map.of("HF_HUB_OFFLINE", "1")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(ID + " at main is missing or incomplete in the Hub cache");
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void djl_hfUrl_comesToThisFactory() {
    assertThatThrownBy(() -> Repository.newInstance("herd", "hf://nobody"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("hf://nobody is not the URL of a model");
  }
}
