package io.herd.udfs.hub.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.hub.fake.FakeHubClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FakeFilesTest {
  private static final byte[] WEIGHTS = "weights, more or less".getBytes(StandardCharsets.UTF_8);

  private final FakeHub hub = FakeHub.start();
  private final FakeHubClient client = new FakeHubClient(hub);

  @BeforeEach
  void fill() {
    hub.repo("open/model").file("config.json", "{}").file("model.safetensors", WEIGHTS);
    hub.account("out");
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void resolve_unknownRevisionOrFile_isNotFound() throws Exception {
    Answer revision = client.get("/open/model/resolve/refs%2Fpr%2F1/config.json", "");
    Answer file = client.get("/open/model/resolve/main/other.json", "");

    assertThat(revision.header("X-Error-Code")).isEqualTo("RevisionNotFound");
    assertThat(revision.header("X-Error-Message")).isEqualTo("Invalid rev id: refs/pr/1");
    assertThat(file.header("X-Error-Code")).isEqualTo("EntryNotFound");
    assertThat(file.header("X-Repo-Commit")).isEqualTo(hub.repo("open/model").commit());
  }

  @Test
  void resolve_smallFile_comesFromTheHubItself() throws Exception {
    Answer first = client.get("/open/model/resolve/main/config.json", "out");
    String location = first.header("Location");
    Answer second = client.get(location, "out");

    assertThat(first.status()).isEqualTo(307);
    assertThat(location).startsWith("/api/resolve-cache/models/open/model/");
    assertThat(second.text()).isEqualTo("{}");
    // git hash-object of {}
    assertThat(second.header("ETag")).isEqualTo("\"9e26dfeeb6e641a33dae4961196235bdb965b21b\"");
    assertThat(client.get(location, "", "If-None-Match", second.header("ETag")).status())
        .isEqualTo(304);
  }

  @Test
  void resolve_largeFile_comesFromTheOtherHostWithoutToken() throws Exception {
    Answer first = client.get("/open/model/resolve/main/model.safetensors", "out");
    String location = first.header("Location");

    assertThat(first.status()).isEqualTo(302);
    assertThat(location).startsWith(hub.cdn().toString());
    assertThat(first.header("X-Linked-Size")).isEqualTo("" + WEIGHTS.length);
    assertThat(first.header("X-Linked-Etag"))
        .isEqualTo("\"ce2badae3840ace377b9332a47b4856bce0d2718f73b0797bdf114980cf82f00\"");
    assertThat(client.get(location, "").body()).isEqualTo(WEIGHTS);
    Answer leaked = client.get(location, "out");
    assertThat(leaked.status()).isEqualTo(400);
    assertThat(leaked.text()).contains("Only one auth mechanism allowed");
    assertThat(client.get(location + "x", "").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "model.safetensors"})
  void range_ofAnyFile_isSentAlone(String file) throws Exception {
    String location = client.get("/open/model/resolve/main/" + file, "").header("Location");
    byte[] whole = client.get(location, "").body();
    Answer rest = client.get(location, "", "Range", "bytes=1-");
    Answer first = client.get(location, "", "Range", "bytes=0-0");
    Answer behind = client.get(location, "", "Range", "bytes=" + whole.length + "-");

    assertThat(rest.status()).isEqualTo(206);
    assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(whole, 1, whole.length));
    assertThat(first.header("Content-Range")).isEqualTo("bytes 0-0/" + whole.length);
    assertThat(first.body()).hasSize(1);
    assertThat(behind.status()).isEqualTo(416);
    assertThat(behind.header("Content-Range")).isEqualTo("bytes */" + whole.length);
  }

  @Test
  void head_ofAnyFile_hasTheSizeAndNoBody() throws Exception {
    String location =
        client.get("/open/model/resolve/main/model.safetensors", "").header("Location");
    Answer answer = client.ask("HEAD", location, "");

    assertThat(answer.header("Content-Length")).isEqualTo("" + WEIGHTS.length);
    assertThat(answer.body()).isEmpty();
    assertThat(client.get(location, "").body()).isEqualTo(WEIGHTS);
  }

  @Test
  void folder_withWeights_servesThemAsLargeFiles(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("original"));
    Files.writeString(folder.resolve("original/params.json"), "{}");
    Files.write(folder.resolve("model.safetensors"), WEIGHTS);
    hub.repo("from/folder").folder(folder);

    Answer tree = client.get("/api/models/from/folder/tree/main?recursive=true", "");
    String location =
        client.get("/from/folder/resolve/main/model.safetensors", "").header("Location");

    assertThat(tree.paths())
        .containsExactly("model.safetensors", "original", "original/params.json");
    assertThat(client.get(location, "").body()).isEqualTo(WEIGHTS);
  }

  @Test
  void cutAfter_aPosition_breaksOffThereOnce() throws Exception {
    hub.cutAfter(5);
    String location =
        client.get("/open/model/resolve/main/model.safetensors", "").header("Location");

    assertThatThrownBy(() -> client.get(location, "")).isInstanceOf(IOException.class);
    assertThat(client.get(location, "", "Range", "bytes=5-").body()).hasSize(WEIGHTS.length - 5);
  }

  @Test
  void faults_ofFiles_changeWhatIsSent() throws Exception {
    String location =
        client.get("/open/model/resolve/main/model.safetensors", "").header("Location");

    hub.corrupt("model.safetensors");
    assertThat(client.get(location, "").body()).hasSize(WEIGHTS.length).isNotEqualTo(WEIGHTS);
    hub.heal("model.safetensors");
    hub.ignoreRanges();
    Answer whole = client.get(location, "", "Range", "bytes=5-");
    assertThat(whole.status()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo(WEIGHTS);
    hub.expireUrlsAfter(2);
    assertThat(client.get(location, "").status()).isEqualTo(403);
    String fresh = client.get("/open/model/resolve/main/model.safetensors", "").header("Location");
    assertThat(client.get(fresh, "").status()).isEqualTo(200);
  }
}
