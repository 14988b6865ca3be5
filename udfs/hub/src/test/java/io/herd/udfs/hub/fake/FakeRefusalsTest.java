package io.herd.udfs.hub.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.hub.fake.FakeHubClient.Answer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FakeRefusalsTest {

  private final FakeHub hub = FakeHub.start();
  private final FakeHubClient client = new FakeHubClient(hub);

  @BeforeEach
  void fill() {
    hub.repo("open/model").file("config.json", "{}");
    hub.repo("closed/model").file("config.json", "{}").file("README.md", "# hello").gated();
    hub.repo("secret/model").file("config.json", "{}").isPrivate();
    hub.repo("gone/model").file("config.json", "{}").disabled();
    hub.account("in").accept("closed/model").memberOf("secret/model").name("insider");
    hub.account("out");
    hub.account("pending").pending("closed/model");
    hub.account("rejected").rejected("closed/model");
    hub.account("reset").reset("closed/model");
    hub.account("narrow").fineGrained(false).accept("closed/model");
    hub.account("wide").fineGrained(true).accept("closed/model");
    hub.account("expired").expired().tokenName("old");
    hub.account("revoked").revoked();
    hub.account("policy").refusedBecause("Your token has been revoked by the administrator");
  }

  @AfterEach
  void close() {
    hub.close();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("closed/model", "", 401, "GatedRepo", "authenticated to access it. Please log in."),
        refusal("closed/model", "out", 403, "GatedRepo", "not in the authorized list"),
        refusal("closed/model", "pending", 403, "GatedRepo", "awaiting a review"),
        refusal("closed/model", "rejected", 403, "GatedRepo", "has been rejected"),
        refusal("closed/model", "reset", 403, "GatedRepo", "has been reset"),
        refusal("closed/model", "narrow", 403, "", "Please enable access to public gated"),
        refusal("open/model", "unknown", 401, "", "Invalid credentials in Authorization header"),
        refusal("open/model", "revoked", 401, "", "Invalid credentials in Authorization header"),
        refusal("open/model", "expired", 401, "", "User Access Token \"old\" is expired"),
        refusal("open/model", "policy", 403, "", "revoked by the administrator"),
        refusal("secret/model", "", 401, "", "Invalid username or password."),
        refusal("no/model", "", 401, "", "Invalid username or password."),
        refusal("secret/model", "out", 404, "RepoNotFound", "Repository not found"),
        refusal("no/model", "out", 404, "RepoNotFound", "Repository not found"),
        refusal("gone/model", "in", 403, "", "Access to this resource is disabled."));
  }

  private static Arguments refusal(String id, String token, int status, String code, String text) {
    return Arguments.of(id, token, status, code, text);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void resolve_notAllowed_refusesInTheHubsWords(
      String id, String token, int status, String code, String text) throws Exception {
    for (String path : new String[] {"/resolve/main/config.json", "/resolve/nowhere/nothing"}) {
      Answer answer = client.get("/" + id + path, token);

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.headerOrEmpty("X-Error-Code")).isEqualTo(code);
      assertThat(answer.headerOrEmpty("X-Error-Message")).contains(text);
      assertThat(answer.text()).isEqualTo(answer.header("X-Error-Message"));
    }
    Answer check = client.get("/api/models/" + id + "/auth-check", token);
    assertThat(check.status()).isEqualTo(status);
    assertThat(check.json().get("error").getAsString()).contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"in", "wide"})
  void authCheck_letIn_isOk(String token) throws Exception {
    assertThat(client.get("/api/models/closed/model/auth-check", token).text()).isEqualTo("OK");
  }

  @Test
  void resolve_readmeOfGatedRepo_isOpen() throws Exception {
    assertThat(client.get("/closed/model/resolve/main/README.md", "").status()).isEqualTo(307);
  }
}
