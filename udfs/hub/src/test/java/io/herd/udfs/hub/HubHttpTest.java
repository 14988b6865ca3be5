package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.hub.StubServer.Reply;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubHttpTest {
  private final StubServer hub = new StubServer();
  private final StubServer cdn = new StubServer();

  @AfterEach
  void stop() {
    hub.close();
    cdn.close();
  }

  private String get(URI uri, boolean withToken) throws Exception {
    Optional<Secret> token = Secret.clean(StubServer.TOKEN, "test");
    Map<String, String> headers = Map.of("Range", "bytes=1-", "X-Of-The-Hub", "1");
    HttpResponse<InputStream> answer =
        new HubHttp(hub.environment(), token).send("GET", uri, headers, withToken);
    try (InputStream in = answer.body()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void send_redirectOnTheHub_keepsTokenAndHeaders() throws Exception {
    hub.on("/a", Reply.redirect("/b?x=1")).on("/b", Reply.json("here"));
    assertThat(get(hub.uri("/a"), true)).isEqualTo("here");
    assertThat(hub.seen()).hasSize(2).allMatch(StubServer.Seen::token);
    assertThat(hub.seen().get(1).uri()).hasToString("/b?x=1");
    assertThat(hub.seen().get(1).headers()).containsKeys("Range", "X-of-the-hub");
    assertThat(hub.seen().get(1).headers().get("User-agent"))
        .allMatch(agent -> agent.matches("herd/\\S+; java/\\S+"));
  }

  @Test
  void send_redirectToAnotherHost_takesOnlyTheRangeAlong() throws Exception {
    hub.on("/a", Reply.redirect(cdn.uri("/b").toString()));
    cdn.on("/b", Reply.json("there"));
    assertThat(get(hub.uri("/a"), true)).isEqualTo("there");
    assertThat(cdn.seen()).singleElement().matches(seen -> !seen.token());
    assertThat(cdn.seen().get(0).headers()).containsKey("Range").doesNotContainKey("X-of-the-hub");
  }

  @Test
  void send_redirectBackToTheHub_doesNotTrustItAgain() throws Exception {
    hub.on("/a", Reply.redirect(cdn.uri("/b").toString())).on("/c", Reply.json("back"));
    cdn.on("/b", Reply.redirect(hub.uri("/c").toString()));
    assertThat(get(hub.uri("/a"), true)).isEqualTo("back");
    assertThat(hub.seen()).extracting(StubServer.Seen::token).containsExactly(true, false);
  }

  @Test
  void send_otherHostAtOnce_isNotSentTheToken() throws Exception {
    cdn.on("/b", Reply.json("there"));
    get(cdn.uri("/b"), true);
    assertThat(cdn.seen()).singleElement().matches(seen -> !seen.token());
  }

  @Test
  void send_withoutToken_sendsNone() throws Exception {
    hub.on("/a", Reply.json("open"));
    get(hub.uri("/a"), false);
    assertThat(hub.seen()).singleElement().matches(seen -> !seen.token());
  }

  @Test
  void send_redirectsInACircle_ends() {
    hub.on("/a", Reply.redirect("/a"));
    assertThatThrownBy(() -> get(hub.uri("/a?key=s3cret"), true))
        .isInstanceOf(HerdException.class)
        .hasMessageContaining("more than 10 times")
        .hasMessageNotContaining("s3cret");
    assertThat(hub.seen()).hasSize(11);
  }

  /** Schemes are compared whatever their case: HTTPS:// in HF_ENDPOINT slipped past once. */
  @ParameterizedTest
  @CsvSource({
    "https://hub.test/a, http://cdn.test/b",
    "HTTPS://hub.test/a, http://cdn.test/b",
    "https://hub.test/a, HTTP://cdn.test/b"
  })
  void next_fromHttpsToHttp_isRefused(URI from, String to) {
    assertThatThrownBy(() -> HubHttp.next(from, to))
        .isInstanceOf(SystemException.class)
        .hasMessageContaining("redirects from https to http");
  }

  @Test
  void next_otherHttps_isFollowedWhateverItsCase() {
    assertThat(HubHttp.next(URI.create("HTTPS://hub.test/a"), "HTTPS://cdn.test/b"))
        .isEqualTo(URI.create("HTTPS://cdn.test/b"));
  }

  @Test
  void next_addressWithAPassword_showsNone() {
    assertThatThrownBy(
            () -> HubHttp.next(URI.create("https://hub.test/a"), "http://me:hidden@cdn.test/b"))
        .hasMessageContaining("http://cdn.test/b")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void send_redirectToNoWebAddress_isRefused() {
    hub.on("/a", Reply.redirect("file:///etc/passwd"));
    assertThatThrownBy(() -> get(hub.uri("/a"), true))
        .isInstanceOf(HerdException.class)
        .hasMessageContaining("isn't a web address");
  }
}
