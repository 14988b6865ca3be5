package io.herd.udfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.herd.udfs.RowException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.endpoint.FakeServer.Fault;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.FinishReason;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Outcome;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.hub.Secret;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.CompletionText;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A task at a server that misbehaves. */
class EndpointLeaseTest {
  private static final GenerateSettings GREEDY =
      new GenerateSettings(16, 0, false, List.of("\n"), 0, Sampling.GREEDY, 1, 0);

  private static Attempts.Waiting waiting(int seconds) {
    return new Attempts.Waiting(Duration.ofSeconds(seconds), wait -> wait.dividedBy(200));
  }

  private final FakeServer server = new FakeServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private EndpointLease lease() throws InterruptedException {
    return lease(Duration.ofSeconds(30), List.of(server.url()), Optional.empty());
  }

  private EndpointLease lease(Duration timeout, List<URI> urls, Optional<Secret> key)
      throws InterruptedException {
    Served served = Endpoints.served(urls, null, key);
    return EndpointLease.of(new EndpointSettings(urls, served, 64, 256, timeout), key, waiting(20));
  }

  private EndpointLease impatient() throws InterruptedException {
    List<URI> urls = List.of(server.url());
    Served served = Endpoints.served(urls, null, Optional.empty());
    return EndpointLease.of(
        new EndpointSettings(urls, served, 64, 256, Duration.ofSeconds(5)),
        Optional.empty(),
        waiting(1));
  }

  private static RequestGroup texts(GenerateSettings settings) {
    return RequestGroup.generation(
        settings, new int[0], () -> new CompletionText(ids -> "", List.of()));
  }

  private static Outcome ask(EndpointLease lease, int... ids) {
    Outcome outcome = new Outcome();
    lease.submit(new Request(ids, 7, texts(GREEDY), outcome));
    return outcome;
  }

  private static Completion completion(Outcome outcome) throws Exception {
    return outcome.get(20, TimeUnit.SECONDS);
  }

  private static Throwable failure(Outcome outcome) {
    try {
      completion(outcome);
      throw new AssertionError("it was completed");
    } catch (Exception e) {
      return e.getCause();
    }
  }

  @Test
  void submit_prompt_idsAndAllSettingsAreSent() throws Exception {
    GenerateSettings drawn =
        new GenerateSettings(
            9, 2, true, List.of("END"), 5, new Sampling(0.7, 40, 0.9, 0.05, 1.1, 0.2, 0.3), 1, 0);
    Outcome outcome = new Outcome();

    try (EndpointLease lease = lease()) {
      lease.submit(new Request(new int[] {3, 4, 5}, -7, texts(drawn), outcome));
      Completion completion = completion(outcome);
      assertThat(completion.text().get()).isEqualTo(" 12 of 3");
      assertThat(completion.finish()).isEqualTo(FinishReason.STOP);
      assertThat(completion.tokens()).as("without the one that ended the text").isEqualTo(3);
    }

    assertThat(server.asked().get(0))
        .hasToString(
            "{\"model\":\"fake\",\"prompt\":[3,4,5],\"max_tokens\":9,\"temperature\":0.7,"
                + "\"top_p\":0.9,\"presence_penalty\":0.2,\"frequency_penalty\":0.3,\"seed\":-7,"
                + "\"stop\":[\"END\"],\"top_k\":40,\"min_p\":0.05,\"repetition_penalty\":1.1,"
                + "\"min_tokens\":2,\"ignore_eos\":true}");
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"REFUSED", "HANG"},
      mode = EnumSource.Mode.EXCLUDE)
  void submit_oneFault_rowIsAskedForAgain(Fault fault) throws Exception {
    try (EndpointLease lease = lease()) {
      server.next(fault);
      assertThat(completion(ask(lease, 1, 2)).text().get()).isEqualTo(" 3 of 2");
      assertThat(lease.incidents()).singleElement().asString().startsWith("sent 1 requests again");
    }
  }

  @Test
  void submit_overloadedAgainAndAgain_isNotTheRowsFault() throws Exception {
    try (EndpointLease lease = lease()) {
      server.next(Collections.nCopies(9, Fault.OVERLOADED).toArray(Fault[]::new));
      assertThat(completion(ask(lease, 1, 2)).text().get()).isEqualTo(" 3 of 2");
    }
  }

  @Test
  void submit_hungConnection_isGivenUpAndAskedAgain() throws Exception {
    try (EndpointLease lease =
        lease(Duration.ofMillis(500), List.of(server.url()), Optional.empty())) {
      server.next(Fault.HANG);
      assertThat(completion(ask(lease, 1, 2)).text().get()).isEqualTo(" 3 of 2");
    }
  }

  @Test
  void submit_refusedRow_failsAndOthersGoOn() throws Exception {
    try (EndpointLease lease = lease()) {
      server.next(Fault.REFUSED);
      assertThat(failure(ask(lease, 1)))
          .isInstanceOf(RowException.class)
          .hasMessage("the server refuses the row: status 400, a bad row");
      assertThat(completion(ask(lease, 2)).text().get()).isEqualTo(" 2 of 1");
      lease.check();
    }
  }

  @Test
  void submit_rowThatBreaksTheServerEachTime_failsAndOthersGoOn() throws Exception {
    server.bad(body -> body.getAsJsonArray("prompt").get(0).getAsInt() == 13);
    try (EndpointLease lease = lease()) {
      List<Outcome> good = new ArrayList<>();
      Outcome bad = ask(lease, 13);
      for (int i = 0; i < 100; i++) {
        good.add(ask(lease, 20, i));
      }
      for (Outcome each : good) {
        assertThat(completion(each).finish()).isEqualTo(FinishReason.STOP);
      }
      assertThat(failure(bad))
          .isInstanceOf(RowException.class)
          .hasMessageContaining("fails at this row")
          .hasMessageContaining("the engine died");
      lease.check();
    }
  }

  @Test
  void submit_serverGone_endsTheLeaseAndNoRow() throws Exception {
    try (EndpointLease lease = impatient()) {
      server.close();
      Outcome outcome = ask(lease, 1);
      assertThat(failure(outcome)).isInstanceOf(SystemException.class);
      assertThatThrownBy(lease::check)
          .hasMessageContaining("takes no connection")
          .hasMessageContaining("Run again");
      assertThat(lease.alive()).as("no row is suspected").isTrue();
      assertThat(failure(ask(lease, 2))).as("at once").isInstanceOf(SystemException.class);
    }
  }

  @Test
  void submit_modelReplaced_endsTheLease() throws Exception {
    try (EndpointLease lease = lease()) {
      server.serve("another");
      assertThat(failure(ask(lease, 1)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("serves another now; the run began with fake");
    }
  }

  @Test
  void of_modelReplacedBefore_isRefused() throws Exception {
    Served served = Endpoints.served(List.of(server.url()), null, Optional.empty());
    server.serve("another");
    EndpointSettings settings =
        new EndpointSettings(List.of(server.url()), served, 64, 256, Duration.ofSeconds(5));
    assertThatThrownBy(() -> EndpointLease.of(settings, Optional.empty(), waiting(1)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("doesn't serve fake, but [another]");
  }

  @Test
  void submit_idsReadAsText_endsTheLease() throws Exception {
    server.answers(FakeAnswers.PLAIN.counting(11));
    try (EndpointLease lease = lease()) {
      assertThat(failure(ask(lease, 1, 2)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("read 11 tokens where 2 were sent");
    }
  }

  @Test
  void submit_manyToASmallServer_levelIsFound() throws Exception {
    server.capacity(8, 3);
    try (EndpointLease lease = lease()) {
      List<Outcome> all = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        all.add(ask(lease, i));
      }
      for (Outcome each : all) {
        completion(each);
      }
      assertThat(server.mostInside()).isEqualTo(8);
      assertThat(server.asked().size()).as("few are sent in vain").isLessThan(600);
    }
  }

  @Test
  void submit_twoServers_bothAreAsked() throws Exception {
    try (FakeServer other = new FakeServer();
        EndpointLease lease =
            lease(Duration.ofSeconds(5), List.of(server.url(), other.url()), Optional.empty())) {
      for (int i = 0; i < 10; i++) {
        completion(ask(lease, i));
      }
      assertThat(server.asked()).hasSize(5);
      assertThat(other.asked()).hasSize(5);
    }
  }

  @ParameterizedTest
  @EnumSource(Owner.class)
  void submit_labels_areTheSumsOfTheirTokens(Owner owner) throws Exception {
    server.owner(owner.name());
    LabelTokens labels = new LabelTokens(List.of(new int[] {4}, new int[] {5, 6}));
    Outcome outcome = new Outcome();
    try (EndpointLease lease = lease()) {
      RequestGroup group = RequestGroup.labelling(GREEDY, new int[0], labels);
      lease.submit(new Request(new int[] {1, 2}, 0, group, outcome));
      assertThat(completion(outcome).labelLogProbabilities())
          .containsExactly(
              new double[] {
                FakeAnswers.logprob(2, 4), FakeAnswers.logprob(2, 5) + FakeAnswers.logprob(5, 6)
              },
              within(1e-12));
    }
    JsonObject body = server.asked().get(0);
    assertThat(body.get("prompt")).hasToString("[[1,2,4],[1,2,5,6]]");
  }

  @Test
  void submit_labelsOfOneToken_areAskedForWithOnePrompt() throws Exception {
    List<URI> urls = List.of(server.url());
    Served served = Endpoints.served(urls, null, Optional.empty());
    EndpointSettings plain = new EndpointSettings(urls, served, 64, 256, Duration.ofSeconds(5));
    RequestGroup several =
        RequestGroup.labelling(
            GREEDY, new int[0], new LabelTokens(List.of(new int[] {4}, new int[] {5, 6})));
    Request trial = new Request(new int[] {1, 2}, 0, several, new Outcome());
    EndpointSettings found = Endpoints.tryOut(plain, Optional.empty(), trial, List.of());
    assertThat(found.scoresIds()).isTrue();

    RequestGroup single =
        RequestGroup.labelling(
            GREEDY, new int[0], new LabelTokens(List.of(new int[] {4}, new int[] {9})));
    Outcome outcome = new Outcome();
    try (EndpointLease lease = EndpointLease.of(found, Optional.empty(), waiting(5))) {
      lease.submit(new Request(new int[] {1, 2}, 0, single, outcome));
      assertThat(completion(outcome).labelLogProbabilities())
          .containsExactly(FakeAnswers.logprob(2, 4), FakeAnswers.logprob(2, 9));
    }
    assertThat(server.asked().get(server.asked().size() - 1).get("prompt")).hasToString("[1,2]");
  }

  private enum Owner {
    vllm,
    somebody
  }

  @Test
  void of_wrongKey_isSaidWithoutIt() {
    server.key("sk-right");
    Optional<Secret> key = Secret.key("sk-canary-wrong", "HERD_ENDPOINT_KEY");
    assertThatThrownBy(() -> lease(Duration.ofSeconds(5), List.of(server.url()), key))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("doesn't take the key in HERD_ENDPOINT_KEY")
        .hasMessageContaining("Bearer ****")
        .hasMessageNotContaining("canary");
    assertThatThrownBy(() -> lease()).hasMessageContaining("wants a key");
  }

  @Test
  void of_redirect_isNotFollowed() throws Exception {
    try (FakeServer other = new FakeServer()) {
      server.redirect(other.url());
      assertThatThrownBy(() -> lease())
          .isInstanceOf(UserException.class)
          .hasMessageContaining("redirects, which isn't followed");
      assertThat(other.requests()).isZero();
    }
  }

  @Test
  void tryOut_plainServer_unknownSettingsAreNamed() throws Exception {
    server.owner("somebody");
    Served served = Endpoints.served(List.of(server.url()), null, Optional.empty());
    EndpointSettings settings =
        new EndpointSettings(List.of(server.url()), served, 64, 256, Duration.ofSeconds(5));
    GenerateSettings odd =
        new GenerateSettings(
            9, 2, false, List.of(), 5, new Sampling(0.7, 40, 0.9, 0, 1, 0, 0), 1, 3);
    Request request = new Request(new int[] {1}, 0, texts(odd), new Outcome());
    assertThatThrownBy(() -> Endpoints.tryOut(settings, Optional.empty(), request, List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "doesn't offer herd.generate.top-k, herd.generate.min-new-tokens,"
                + " herd.generate.logprobs");
  }
}
