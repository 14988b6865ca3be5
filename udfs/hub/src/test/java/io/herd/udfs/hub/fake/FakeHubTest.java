package io.herd.udfs.hub.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.herd.udfs.hub.fake.FakeHubClient.Answer;
import io.herd.udfs.hub.fake.FakeRequest.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FakeHubTest {
  private static final byte[] WEIGHTS = "weights, more or less".getBytes(StandardCharsets.UTF_8);

  private final FakeHub hub = FakeHub.start();
  private final FakeHubClient client = new FakeHubClient(hub);

  @BeforeEach
  void fill() {
    hub.repo("open/model").file("config.json", "{}").file("model.safetensors", WEIGHTS);
    hub.repo("closed/model").file("config.json", "{}").file("model.safetensors", WEIGHTS).gated();
    hub.account("in").accept("closed/model").name("insider");
    hub.account("out");
    hub.account("narrow").fineGrained(false);
    hub.account("expired").expired();
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void tree_byAccess_masksHashes() throws Exception {
    String tree = "/api/models/closed/model/tree/main?recursive=true";

    assertThat(client.get(tree, "").lfsOid()).isEqualTo("*".repeat(64));
    assertThat(client.get(tree, "out").lfsOid()).isEqualTo("*".repeat(64));
    assertThat(client.get(tree, "in").lfsOid()).matches("[0-9a-f]{64}");
  }

  @Test
  void tree_ofManyFiles_comesInPages() throws Exception {
    hub.repo("big/model").file("a.txt", "a").file("original/b.txt", "b").file("z.txt", "z");
    hub.pageSize(2);
    Answer first = client.get("/api/models/big/model/tree/main?recursive=true", "");
    String next = first.header("Link");
    Answer second = client.get(next.substring(1, next.indexOf('>')), "");

    assertThat(first.paths()).containsExactly("a.txt", "original");
    assertThat(next).endsWith("; rel=\"next\"");
    assertThat(second.paths()).containsExactly("original/b.txt", "z.txt");
    assertThat(second.headerOrEmpty("Link")).isEmpty();
  }

  @Test
  void info_ofGatedRepo_isOpenAndPinsTheCommit() throws Exception {
    String old = hub.repo("closed/model").commit();
    hub.repo("closed/model").revision("v1").file("config.json", "{\"new\":1}");

    JsonObject main = client.get("/api/models/closed/model", "").json();
    JsonObject tagged = client.get("/api/models/closed/model/revision/v1", "").json();

    assertThat(main.get("gated").getAsString()).isEqualTo("manual");
    assertThat(main.get("sha").getAsString()).isEqualTo(hub.repo("closed/model").commit());
    assertThat(tagged.get("sha").getAsString()).isEqualTo(old).matches("[0-9a-f]{40}");
    assertThat(client.get("/api/models/open/model", "").json().get("gated").getAsBoolean())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"old/name", "OPEN/Model"})
  void renamed_anyPath_redirectsToTheNewName(String name) throws Exception {
    hub.renamed("old/name", "open/model");
    Answer answer = client.get("/api/models/" + name + "/tree/main?recursive=true", "");

    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.header("Location"))
        .isEqualTo("/api/models/open/model/tree/main?recursive=true");
    assertThat(client.get("/" + name + "/resolve/main/config.json", "").header("Location"))
        .isEqualTo("/open/model/resolve/main/config.json");
  }

  @Test
  void whoAmI_byToken_tellsTheKind() throws Exception {
    JsonObject insider = client.get("/api/whoami-v2", "in").json();
    JsonObject narrow = token(client.get("/api/whoami-v2", "narrow").json());

    assertThat(insider.get("name").getAsString()).isEqualTo("insider");
    assertThat(token(insider).get("role").getAsString()).isEqualTo("read");
    assertThat(narrow.get("role").getAsString()).isEqualTo("fineGrained");
    assertThat(narrow.getAsJsonObject("fineGrained").get("canReadGatedRepos").getAsBoolean())
        .isFalse();
    assertThat(client.get("/api/whoami-v2", "").status()).isEqualTo(401);
    assertThat(client.get("/api/whoami-v2", "expired").status()).isEqualTo(401);
  }

  @Test
  void faults_scripted_happenSoManyTimes() throws Exception {
    hub.answer(r -> r.path().equals("/api/whoami-v2"), 2, FakeAnswer.rateLimited(55));

    assertThat(client.get("/api/whoami-v2", "in").header("RateLimit"))
        .isEqualTo("\"api\";r=0;t=55");
    assertThat(client.get("/api/whoami-v2", "in").status()).isEqualTo(429);
    assertThat(client.get("/api/whoami-v2", "in").status()).isEqualTo(200);
  }

  @Test
  void requests_afterSome_tellWhoWasAskedWhat() throws Exception {
    client.get("/open/model/resolve/main/model.safetensors?x=1%202", "out");

    FakeRequest request = hub.requests().get(0);
    assertThat(request.server()).isEqualTo(Server.ENDPOINT);
    assertThat(request.token()).contains("out");
    assertThat(request.parameter("x")).contains("1 2");
    assertThat(request.status()).isEqualTo(302);
  }

  @Test
  void faults_ofServers_areSeen() throws Exception {
    // so many because the JDK repeats a GET by itself when a connection ends without an answer
    hub.clockOff(Duration.ofDays(-400))
        .answer(r -> r.path().endsWith("/refs"), 99, FakeAnswer.dropped());
    int year = ZonedDateTime.now(ZoneOffset.UTC).minusDays(400).getYear();

    assertThat(client.get("/api/models/open/model", "").header("Date")).contains(" " + year + " ");
    assertThatThrownBy(() -> client.get("/api/models/open/model/refs", ""))
        .isInstanceOf(IOException.class);
  }

  private static JsonObject token(JsonObject whoAmI) {
    return whoAmI.getAsJsonObject("auth").getAsJsonObject("accessToken");
  }
}
