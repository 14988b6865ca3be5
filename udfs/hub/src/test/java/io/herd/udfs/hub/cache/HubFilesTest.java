package io.herd.udfs.hub.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.FoundToken;
import io.herd.udfs.hub.Handshake;
import io.herd.udfs.hub.HubClient;
import io.herd.udfs.hub.HubEnvironment;
import io.herd.udfs.hub.HubModel;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoId;
import io.herd.udfs.hub.Secret;
import io.herd.udfs.hub.fake.FakeAnswer;
import io.herd.udfs.hub.fake.FakeHub;
import io.herd.udfs.hub.fake.FakeRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of a model from a Hub into a cache. */
@Timeout(120)
class HubFilesTest {
  private static final String TOKEN = "hf_abcdefghijklmnopqrstuvwxyz";
  private static final RepoId ID = RepoId.of("meta-llama/Llama-3.2-1B");
  private static final int WEIGHTS = 50_000_000;

  private final FakeHub hub = FakeHub.start();
  private final byte[] weights = new byte[WEIGHTS];
  @TempDir private Path cache;

  @BeforeEach
  void fill() {
    new Random(7).nextBytes(weights);
    hub.repo(ID.text())
        .gated()
        .file("config.json", "{\"model_type\": \"llama\"}")
        .file("tokenizer.json", "{}")
        .file("original/consolidated.00.pth", "not wanted")
        .file("model.safetensors", weights);
    hub.account(TOKEN).accept(ID.text());
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private HubClient client() {
    HubEnvironment environment =
        HubEnvironment.of(Map.of("HF_ENDPOINT", hub.endpoint().toString()), cache);
    Secret secret = Secret.clean(TOKEN, "a test").orElseThrow();
    return new HubClient(environment, Optional.of(new FoundToken(secret, "a test", List.of())));
  }

  private Path fetch() throws InterruptedException {
    return fetch(FetchProgress.NONE);
  }

  private Path fetch(FetchProgress progress) throws InterruptedException {
    HubClient client = client();
    HubModel model = new Handshake(client).prove(ID, "main");
    return new ModelCache(cache, settings())
        .fetch(
            model.manifest(), file -> true, client.files(ID, model.manifest().commit()), progress);
  }

  /** Pieces small enough for several streams, pauses short enough for a test. */
  private static FetchSettings settings() {
    FetchSettings standard = FetchSettings.standard();
    return new FetchSettings(
        standard.disk(),
        FetchSettings.retries(Duration.ofMillis(10)),
        standard.lockPatience(),
        8 << 20);
  }

  private void assertWhole(Path snapshot) throws IOException {
    assertThat(Files.readAllBytes(snapshot.resolve("model.safetensors"))).isEqualTo(weights);
    assertThat(snapshot.resolve("config.json")).hasContent("{\"model_type\": \"llama\"}");
    assertThat(snapshot.resolve("original")).doesNotExist();
  }

  @Test
  void fetch_gatedModel_sendsTheTokenToTheHubAlone() throws Exception {
    assertWhole(fetch());

    assertThat(hub.requests())
        .filteredOn(request -> request.server() == FakeRequest.Server.CDN)
        .hasSizeGreaterThan(1)
        .allSatisfy(request -> assertThat(request.token()).isEmpty());
    assertThat(hub.requests())
        .filteredOn(request -> request.path().endsWith("/whoami-v2"))
        .hasSize(1);
  }

  @Test
  void fetch_connectionCutAtTenPlaces_goesOn() throws Exception {
    hub.cutAfter(new Random(3).longs(10, 1, WEIGHTS).toArray());
    assertWhole(fetch());
  }

  @Test
  void fetch_addressesThatExpire_areAskedForAnew() throws Exception {
    hub.expireUrlsAfter(2);
    assertWhole(fetch());
  }

  @Test
  void fetch_rangesIgnored_isWholeWithoutAskingForEachPiece() throws Exception {
    hub.ignoreRanges();
    assertWhole(fetch());

    assertThat(hub.requests())
        .as("each answer is the whole file: one shows it, another brings it")
        .filteredOn(request -> request.server() == FakeRequest.Server.CDN)
        .hasSize(2);
  }

  @Test
  void fetch_piecesOfAnotherFile_areNotMixedIn() throws Exception {
    hub.answer(
        request -> request.header("range").orElse("").startsWith("bytes=" + (8 << 20)),
        1,
        FakeAnswer.of(206)
            .with("Content-Range", "bytes 8388608-16777215/16777216")
            .with(new byte[8 << 20]));
    AtomicLong arrived = new AtomicLong();

    assertWhole(fetch(bytes -> arrived.addAndGet(Math.max(0, bytes))));

    assertThat(arrived).as("no byte twice").hasValue(WEIGHTS + 25L);
  }

  @Test
  void fetch_busyHub_waitsAsLongAsItSays() throws Exception {
    hub.answer(
        request -> request.path().contains("/resolve/") && request.method().equals("GET"),
        2,
        FakeAnswer.of(429).with("Retry-After", "0"));
    assertWhole(fetch());
  }

  @Test
  void fetch_clockOfTheHubIsOff_isNoMatter() throws Exception {
    hub.clockOff(Duration.ofDays(-400));
    assertWhole(fetch());
  }

  @Test
  void open_fileThatIsGone_saysSo() {
    HubClient client = client();
    String commit = hub.repo(ID.text()).commit();
    ModelManifest.Entry gone = new ModelManifest.Entry("gone.json", 5, null, "00");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> client.files(ID, commit).open(gone, 0, 5))
        .withMessageContaining("gone.json")
        .withMessageNotContaining(TOKEN);
  }
}
