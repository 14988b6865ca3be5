package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.StubServer.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
  private static final String NAME = "meta-llama/Llama-3.2-1B";
  private static final RepoId ID = RepoId.of(NAME);
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String SHA256 = "ab".repeat(32);
  private static final String INFO = "/api/models/" + NAME + "/revision/main";
  private static final String RESOLVE = "/" + NAME + "/resolve/" + COMMIT + "/config.json";
  private static final String TREE = "/api/models/" + NAME + "/tree/" + COMMIT;
  private static final String WHO_AM_I = "/api/whoami-v2";

  private final StubServer hub = new StubServer();

  @BeforeEach
  void serveAnOpenModel() {
    hub.on(INFO, info("false", ""))
        .on(RESOLVE, new Reply(200, Map.of("X-Repo-Commit", COMMIT), ""))
        .on(TREE, Reply.json(tree(SHA256)))
        .on(WHO_AM_I, whoAmI("\"role\":\"read\""));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private static Reply info(String gated, String more) {
    return Reply.json(
        "{\"id\":\""
            + ID
            + "\",\"sha\":\""
            + COMMIT
            + "\",\"private\":false,\"gated\":"
            + gated
            + more
            + "}");
  }

  private static Reply whoAmI(String token) {
    return Reply.json(
        "{\"type\":\"user\",\"name\":\"ann\",\"auth\":{\"accessToken\":{\"displayName\":\"t\","
            + token
            + "}}}");
  }

  private static String tree(String sha256) {
    return "[{\"type\":\"directory\",\"path\":\"original\",\"oid\":\""
        + COMMIT
        + "\"},"
        + small("config.json")
        + ","
        + small("tokenizer.json")
        + ","
        + small("README.md")
        + ","
        + small("original/params.json")
        + ","
        + "{\"type\":\"file\",\"path\":\"model.safetensors\",\"size\":9,\"oid\":\""
        + COMMIT
        + "\",\"lfs\":{\"oid\":\""
        + sha256
        + "\",\"size\":9}}]";
  }

  private static String small(String name) {
    return "{\"type\":\"file\",\"path\":\"" + name + "\",\"size\":5,\"oid\":\"" + COMMIT + "\"}";
  }

  private HubModel prove(boolean token) {
    Secret secret = Secret.clean(StubServer.TOKEN, "HF_TOKEN").orElseThrow();
    return prove(
        token ? Optional.of(new FoundToken(secret, "HF_TOKEN", List.of())) : Optional.empty());
  }

  private HubModel prove(Optional<FoundToken> token) {
    return new Handshake(new HubClient(hub.environment(), token, NoWaiting.retries()))
        .prove(ID, "main");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void prove_openModel_sendsNoTokenAndAsksForNoAccount(boolean token) {
    HubModel model = prove(token);
    assertThat(model.tokenNeeded()).isFalse();
    assertThat(model.manifest().commit()).isEqualTo(COMMIT);
    assertThat(model.manifest().files())
        .extracting(ModelManifest.Entry::name)
        .containsExactly("config.json", "model.safetensors", "tokenizer.json");
    assertThat(hub.paths()).containsExactly(INFO, RESOLVE, TREE);
    assertThat(hub.seen()).noneMatch(StubServer.Seen::token);
  }

  @Test
  void prove_files_haveTheDigestsOfTheirKind() {
    List<ModelManifest.Entry> files = prove(false).manifest().files();
    assertThat(files.get(0)).isEqualTo(new ModelManifest.Entry("config.json", 5, null, COMMIT));
    assertThat(files.get(1))
        .isEqualTo(new ModelManifest.Entry("model.safetensors", 9, SHA256, SHA256));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"manual\"", "\"auto\"", "true"})
  void prove_gatedModelWithAToken_asksForTheAccountOnce(String gate) {
    hub.on(INFO, info(gate, ""));
    HubModel model = prove(true);
    assertThat(model.tokenNeeded()).isTrue();
    assertThat(model.account()).map(WhoAmI::name).contains("ann");
    assertThat(model.notes()).isEmpty();
    assertThat(hub.paths()).containsExactly(INFO, WHO_AM_I, RESOLVE, TREE);
    assertThat(hub.seen())
        .extracting(StubServer.Seen::token)
        .containsExactly(false, true, true, true);
  }

  @Test
  void prove_gatedModelWithoutAToken_saysSoAfterOneRequest() {
    hub.on(INFO, info("\"manual\"", ""));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> prove(false))
        .withMessageContaining(ID + " is gated and no token was found")
        .withMessageContaining(hub.uri("/" + ID).toString());
    assertThat(hub.paths()).containsExactly(INFO);
  }

  @Test
  void prove_licenceNotAccepted_namesTheAccount() {
    hub.on(INFO, info("\"manual\"", ""))
        .on(RESOLVE, Reply.error(403, "GatedRepo", "you are not in the authorized list"));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> prove(true))
        .withMessageContaining("isn't accepted")
        .withMessageContaining("(account ann)")
        .withMessageContaining("Llama 3.2 is accepted separately")
        .withMessageContaining("(request id req-7)");
    assertThat(hub.paths()).doesNotContain(TREE);
  }

  @Test
  void prove_privateModel_isAskedForAgainWithTheToken() {
    hub.on(
        INFO,
        Reply.error(401, "", "Invalid username or password."),
        info("false", ",\"private\":true"));
    assertThat(prove(true).tokenNeeded()).isTrue();
    assertThat(hub.paths()).containsExactly(INFO, WHO_AM_I, INFO, RESOLVE, TREE);
  }

  @Test
  void prove_unknownModel_readsDifferentlyWithAndWithoutAToken() {
    hub.on(INFO, Reply.error(401, "", "Invalid username or password."));
    assertThatThrownBy(() -> prove(false)).hasMessageContaining("none of this name, or it is pri");
    hub.on(
        INFO,
        Reply.error(401, "", "Invalid username or password."),
        Reply.error(404, "RepoNotFound", "Repository not found"));
    assertThatThrownBy(() -> prove(true)).hasMessageContaining("the token's account (account ann)");
  }

  @Test
  void prove_unknownRevision_isNotAskedForTwice() {
    hub.on(INFO, Reply.error(404, "RevisionNotFound", "Invalid rev id: main"));
    assertThatThrownBy(() -> prove(true)).hasMessageContaining("has no revision \"main\"");
    assertThat(hub.paths()).containsExactly(INFO);
  }

  @Test
  void prove_accountAskedTooOften_goesOnWithoutIt() {
    hub.on(INFO, info("\"auto\"", "")).on(WHO_AM_I, Reply.error(429, "", "too often"));
    assertThat(prove(true).account()).isEmpty();
    assertThat(hub.paths()).containsOnlyOnce(WHO_AM_I);
  }

  @ParameterizedTest
  @CsvSource({
    "Invalid credentials in Authorization header, doesn't accept the token from HF_TOKEN",
    "User Access Token t is expired, the token from HF_TOKEN has expired",
    "Invalid username or password., although the token from HF_TOKEN was sent"
  })
  void prove_badToken_isToldBeforeTheModelIsAskedFor(String message, String says) {
    hub.on(INFO, info("\"auto\"", "")).on(WHO_AM_I, Reply.error(401, "", message));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> prove(true))
        .withMessageContaining(says)
        .withMessageContaining("/settings/tokens");
    assertThat(hub.paths()).containsExactly(INFO, WHO_AM_I);
  }

  @Test
  void prove_fineGrainedTokenWithoutTheRight_isANoteOnly() {
    hub.on(INFO, info("\"auto\"", ""))
        .on(WHO_AM_I, whoAmI("\"role\":\"fineGrained\",\"fineGrained\":{\"scoped\":[]}"));
    assertThat(prove(true).notes()).singleElement().asString().contains("fine-grained");
    hub.on(
        WHO_AM_I, whoAmI("\"role\":\"fineGrained\",\"fineGrained\":{\"canReadGatedRepos\":true}"));
    assertThat(prove(true).notes()).isEmpty();
  }

  @Test
  void prove_organisationsToken_isRefused() {
    hub.on(INFO, info("\"auto\"", ""))
        .on(WHO_AM_I, Reply.json("{\"type\":\"org\",\"name\":\"acme\"}"));
    assertThatThrownBy(() -> prove(true)).hasMessageContaining("is an organisation's");
    Secret secret = Secret.clean("api_org_x", "HF_TOKEN").orElseThrow();
    Optional<FoundToken> token = Optional.of(new FoundToken(secret, "HF_TOKEN", List.of()));
    assertThatThrownBy(() -> prove(token)).hasMessageContaining("is an organisation's");
  }

  @Test
  void prove_renamedModel_isFollowedAndSaid() {
    RepoId old = RepoId.of("meta-llama/Old-Name");
    hub.on("/api/models/" + old + "/revision/main", Reply.redirect(INFO));
    HubModel model =
        new Handshake(new HubClient(hub.environment(), Optional.empty())).prove(old, "main");
    assertThat(model.id()).isEqualTo(ID);
    assertThat(model.manifest().id()).isEqualTo(ID.text());
    assertThat(model.notes()).containsExactly(old + " is called " + ID + " now: write it so");
  }

  @Test
  void prove_severalPages_areReadWithTheToken() {
    Reply first =
        new Reply(
            200,
            Map.of("Link", "<" + hub.uri("/more") + ">; rel=\"next\""),
            "[" + small("generation_config.json") + "]");
    hub.on(INFO, info("\"auto\"", "")).on(TREE, first).on("/more", Reply.json(tree(SHA256)));
    assertThat(prove(true).manifest().files()).hasSize(4);
    assertThat(hub.seen()).last().matches(StubServer.Seen::token);
  }

  @Test
  void prove_nextPageOnAnotherHost_isNotAskedFor() {
    try (StubServer other = new StubServer()) {
      hub.on(
          TREE, new Reply(200, Map.of("Link", "<" + other.uri("/more") + ">; rel=\"next\""), "[]"));
      assertThatThrownBy(() -> prove(false)).isInstanceOf(UserException.class);
      assertThat(other.seen()).isEmpty();
    }
  }

  @Test
  void prove_maskedDigests_meanNoAccess() {
    hub.on(TREE, Reply.json(tree("*".repeat(64))));
    assertThatThrownBy(() -> prove(false)).hasMessageContaining("hides the hashes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "/etc/passwd",
        "a/../b",
        "C:/x",
        "a\\\\b",
        "",
        "a//b",
        "./a",
        "a\\u0000b",
        "a\\nb",
        ".."
      })
  void prove_fileNameThatLeadsOut_isRefused(String name) {
    hub.on(TREE, Reply.json("[" + small(name) + "]"));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> prove(false))
        .withMessageContaining("can't be right");
  }

  @ParameterizedTest
  @CsvSource({"llama4, Llama 4", "qwen2, architecture \"qwen2\""})
  void prove_otherArchitecture_isRefusedBeforeItsFiles(String type, String says) {
    hub.on(INFO, info("false", ",\"config\":{\"model_type\":\"" + type + "\"}"));
    assertThatThrownBy(() -> prove(false)).hasMessageContaining(says);
    assertThat(hub.paths()).containsExactly(INFO);
  }

  @Test
  void prove_disabledModel_isRefused() {
    hub.on(INFO, info("false", ",\"disabled\":true"));
    assertThatThrownBy(() -> prove(false)).hasMessageContaining("the Hub has disabled " + ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {INFO, RESOLVE, TREE})
  void prove_loginPageInstead_saysThatItIsNotTheHub(String path) {
    hub.on(path, new Reply(200, Map.of("Content-Type", "text/html"), "<html>Log in</html>"));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> prove(false))
        .withMessageContaining("with a web page");
  }

  @Test
  void prove_hubInTrouble_asksAgainAndGivesUpAsASystemFault() {
    hub.on(INFO, Reply.error(503, "", "busy"), Reply.error(502, "", "busy"), info("false", ""));
    assertThat(prove(false).manifest().files()).hasSize(3);
    hub.on(TREE, Reply.error(503, "", "busy"));
    assertThatExceptionOfType(SystemException.class).isThrownBy(() -> prove(false));
    assertThat(hub.paths().stream().filter(TREE::equals)).hasSize(1 + 6);
  }

  @Test
  void prove_anyFailure_neverShowsTheToken() {
    for (int status : new int[] {400, 401, 403, 404, 416, 418, 429, 500}) {
      hub.on(INFO, info("\"auto\"", ""))
          .on(RESOLVE, Reply.error(status, "", "no, " + StubServer.TOKEN + " is bad"));
      assertThatExceptionOfType(HerdException.class)
          .isThrownBy(() -> prove(true))
          .satisfies(failure -> assertThat(failure).hasStackTraceContaining("HubErrors"))
          .extracting(failure -> org.assertj.core.util.Throwables.getStackTrace(failure))
          .asString()
          .doesNotContain(StubServer.TOKEN);
    }
  }
}
