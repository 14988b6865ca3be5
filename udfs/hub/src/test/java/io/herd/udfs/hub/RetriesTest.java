package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {
  private static final Instant NOW = Instant.parse("2026-01-05T10:00:00Z");

  private final List<Duration> waits = new ArrayList<>();
  private int calls;

  private Retries retries(Duration maxWait) {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    return new Retries(maxWait, this::noted, new AskedWait(clock), () -> 0.5);
  }

  /** Nothing is waited. */
  private Duration noted(Duration wait) {
    waits.add(wait);
    return Duration.ZERO;
  }

  /** Answers are statuses, or failures to throw; the last is repeated. */
  private Answer ask(Duration maxWait, Object... answers) throws Exception {
    Iterator<Object> each = List.of(answers).iterator();
    Object[] last = new Object[1];
    return retries(maxWait)
        .of(
            "test",
            Retries::worthIt,
            () -> {
              calls++;
              last[0] = each.hasNext() ? each.next() : last[0];
              if (last[0] instanceof IOException failure) {
                throw failure;
              }
              return last[0] instanceof Answer answer ? answer : answer((int) last[0], Map.of());
            });
  }

  private static Answer answer(int status, Map<String, List<String>> headers) {
    HttpHeaders given = HttpHeaders.of(headers, (name, value) -> true);
    return new Answer(URI.create("http://hub"), status, given, "", false);
  }

  private static Answer answer(String header, String value) {
    return answer(429, Map.of(header, List.of(value)));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void of_trouble_isAskedAgainAfterGrowingWaits(int status) throws Exception {
    assertThat(ask(Duration.ofHours(1), status).status()).isEqualTo(status);
    assertThat(calls).isEqualTo(6);
    assertThat(waits).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 8L);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 307, 400, 401, 403, 404, 416, 418})
  void of_answer_isNotAskedForAgain(int status) throws Exception {
    assertThat(ask(Duration.ofHours(1), status).status()).isEqualTo(status);
    assertThat(calls).isEqualTo(1);
    assertThat(waits).isEmpty();
  }

  @Test
  void of_troubleThatPasses_givesTheAnswer() throws Exception {
    Object[] answers = {new ConnectException(), new HttpTimeoutException("slow"), 503, 200};
    assertThat(ask(Duration.ofHours(1), answers).status()).isEqualTo(200);
    assertThat(calls).isEqualTo(4);
  }

  @Test
  void of_noAnswerAtAll_throwsTheLastFailure() {
    assertThatThrownBy(() -> ask(Duration.ofHours(1), new ConnectException("refused")))
        .isInstanceOf(ConnectException.class)
        .hasMessage("refused");
    assertThat(calls).isEqualTo(6);
  }

  @Test
  void of_certificateNotTrusted_isNotTriedAgain() {
    assertThatThrownBy(() -> ask(Duration.ofHours(1), new SSLHandshakeException("untrusted")))
        .isInstanceOf(SSLHandshakeException.class);
    assertThat(calls).isEqualTo(1);
  }

  @Test
  void of_proxyRefuses_isNotTriedAgain() {
    assertThatThrownBy(() -> ask(Duration.ofHours(1), new IOException("Tunnel failed, got: 403")))
        .isInstanceOf(IOException.class);
    assertThat(calls).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Retry-After | 30 | 31",
        "Retry-After | Mon, 05 Jan 2026 10:00:40 GMT | 41",
        "Retry-After | Mon, 05 Jan 2026 09:00:00 GMT | 1",
        "Retry-After | soon | 1",
        "RateLimit | \"resolvers\";r=0;t=55 | 56",
        "RateLimit | \"resolvers\";r=7;t=55 | 1",
      })
  void of_hubNamesAWait_waitsThatLong(String header, String value, long seconds) throws Exception {
    ask(Duration.ofHours(1), answer(header, value), 200);
    assertThat(waits).extracting(Duration::toSeconds).containsExactly(seconds);
  }

  @Test
  void of_waitLongerThanAllowed_givesUpAtOnce() throws Exception {
    assertThat(ask(Duration.ofSeconds(50), answer("Retry-After", "55")).status()).isEqualTo(429);
    assertThat(calls).isEqualTo(1);
    assertThat(waits).isEmpty();
  }

  @Test
  void of_waitsAddUpToMoreThanAllowed_givesUp() throws Exception {
    ask(Duration.ofSeconds(100), answer("Retry-After", "30"));
    assertThat(calls).isEqualTo(4);
    assertThat(waits).hasSize(3);
  }
}
