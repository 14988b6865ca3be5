package io.herd.udfs.hub.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.files.Digests;
import io.herd.udfs.hub.fake.FakeRequest.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Hub for tests convinces the client that was written for the real one. */
@Tag("real")
class HuggingFaceClientTest {
  private static final FakeContent WEIGHTS = FakeContent.generated(12_345_678, 1);
  private static final String SHA256 = FakeFile.of("model.safetensors", WEIGHTS).sha256();

  private final FakeHub hub = FakeHub.start();
  @TempDir Path home;
  private PythonClient client;

  @BeforeEach
  void fill() {
    client = new PythonClient(hub.endpoint(), home);
    model("open/model");
    model("closed/model").gated();
    hub.repo("secret/model").file("config.json", "{}").isPrivate();
    hub.repo("gone/model").file("config.json", "{}").disabled();
    hub.account("hf_in").name("insider").accept("closed/model");
    hub.account("hf_out");
    hub.account("hf_rejected").rejected("closed/model");
    hub.account("hf_narrow").fineGrained(false).accept("closed/model");
    hub.account("hf_expired").expired();
  }

  private FakeRepo model(String id) {
    return hub.repo(id)
        .file("config.json", "{\"a\":1}")
        .file("sub/notes.txt", "notes")
        .file("model.safetensors", WEIGHTS);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void snapshot_publicRepo_isWholeAndThereOffline() throws Exception {
    Path snapshot = Path.of(run("", "snapshot", "open/model"));
    assertWhole(snapshot, "open/model");

    hub.close();
    String offline = client.run(Map.of("HF_HUB_OFFLINE", "1"), "snapshot", "open/model");
    assertThat(offline).isEqualTo(snapshot.toString());
  }

  @Test
  void snapshot_gatedRepo_comesWithTheTokenWhichTheOtherHostNeverSees() throws Exception {
    assertWhole(Path.of(run("hf_in", "snapshot", "closed/model")), "closed/model");

    Stream<FakeRequest> ofHub = requests(Server.ENDPOINT);
    assertThat(ofHub).isNotEmpty().allMatch(r -> r.token().orElse("").equals("hf_in"));
    Stream<FakeRequest> ofCdn = requests(Server.CDN);
    assertThat(ofCdn).isNotEmpty().allMatch(r -> r.token().isEmpty());
  }

  @Test
  void snapshot_cutTwice_goesOnWhereItBroke() throws Exception {
    // behind the first 10 MiB, which the client takes in one piece
    hub.cutAfter(11_000_000, 12_000_000);

    assertWhole(Path.of(run("", "snapshot", "open/model")), "open/model");
    assertThat(requests(Server.CDN).filter(r -> r.header("range").isPresent()))
        .hasSize(2)
        .allMatch(r -> r.header("range").orElseThrow().equals("bytes=10485760-"));
  }

  @Test
  void snapshot_renamedRepo_isFollowed() throws Exception {
    hub.renamed("old/name", "open/model");

    assertWhole(Path.of(run("", "snapshot", "old/name")), "open/model");
  }

  @Test
  void files_onManyPages_areAllListed() throws Exception {
    hub.pageSize(2);

    assertThat(run("", "files", "open/model").split(" "))
        .containsExactlyInAnyOrder("config.json", "sub/notes.txt", "model.safetensors");
  }

  @ParameterizedTest
  @CsvSource({"hf_in, insider read", "hf_narrow, someone fineGrained"})
  void whoami_goodToken_isUnderstood(String token, String expected) throws Exception {
    assertThat(run(token, "whoami")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "hf_in,       whoami-v2 limit, whoami,                                  HfHubHTTPError, strict",
    "hf_expired,  '',              whoami,                                  HfHubHTTPError, Invalid user token",
    "'',          '',              auth_check closed/model,                 GatedRepoError, restricted",
    "hf_out,      '',              auth_check closed/model,                 GatedRepoError, authorized",
    "hf_rejected, '',              auth_check closed/model,                 GatedRepoError, rejected",
    "hf_narrow,   '',              auth_check closed/model,                 HfHubHTTPError, fine-grained",
    "hf_out,      '',              file closed/model config.json main,      GatedRepoError, authorized",
    "hf_out,      '',              auth_check secret/model,        RepositoryNotFoundError, not found",
    "hf_out,      '',              file no/model config.json main, RepositoryNotFoundError, not found",
    "hf_in,       '',              auth_check gone/model,                DisabledRepoError, disabled",
    "'',          '',              file open/model config.json v9,   RevisionNotFoundError, v9",
    "'',          '',              file open/model other.json main, RemoteEntryNotFoundError, not found",
    "hf_expired,  '',              auth_check open/model,                   HfHubHTTPError, expired",
    "hf_unknown,  '',              auth_check open/model,                   HfHubHTTPError, credentials",
  })
  void anyCall_refused_isTheRightError(
      String token, String limit, String call, String error, String text) throws Exception {
    if (!limit.isEmpty()) {
      hub.answer(r -> r.path().contains("whoami-v2"), 99, FakeAnswer.rateLimited(1));
    }
    assertThat(run(token, call.split(" "))).startsWith(error + ": ").containsIgnoringCase(text);
  }

  private String run(String token, String... arguments) throws Exception {
    return client.run(token.isEmpty() ? Map.of() : Map.of("HF_TOKEN", token), arguments);
  }

  private Stream<FakeRequest> requests(Server server) {
    return hub.requests().stream().filter(request -> request.server() == server);
  }

  private void assertWhole(Path snapshot, String id) throws Exception {
    assertThat(snapshot.getFileName()).hasToString(hub.repo(id).commit());
    assertThat(Files.readString(snapshot.resolve("config.json"))).isEqualTo("{\"a\":1}");
    assertThat(Files.readString(snapshot.resolve("sub/notes.txt"))).isEqualTo("notes");
    assertThat(Digests.sha256(snapshot.resolve("model.safetensors"))).isEqualTo(SHA256);
  }
}
