package io.herd.udfs.endpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.Causes;
import io.herd.udfs.HerdException;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.Request;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;

/** Single calls of a task to its servers, of which each is judged. */
final class EndpointCalls {
  private static final int LONGEST_NAME = 100;

  private final List<URI> urls;
  private final Served served;
  private final EndpointHttp http;
  private final CompletionRequests requests;
  private final CompletionAnswers answers;
  private final Gate gate;
  private final AtomicInteger next = new AtomicInteger();

  EndpointCalls(EndpointSettings settings, EndpointHttp http) {
    this.urls = settings.urls();
    this.served = settings.served();
    this.http = http;
    this.requests = new CompletionRequests(served, settings.scoresIds());
    this.answers = new CompletionAnswers(requests);
    this.gate = new Gate(settings.slots());
  }

  /** Requests that are let through at a time by now. */
  int level() {
    return gate.level();
  }

  /** The server whose turn it is. */
  URI url() {
    return urls.get(Math.floorMod(next.getAndIncrement(), urls.size()));
  }

  /** Completes when a server says that it serves what it did when the run began. */
  CompletableFuture<Void> verified(URI url) {
    return new EndpointHandshake(http)
        .served(url, served.model())
        .handle(
            (now, failure) -> {
              requireAnswer(url, failure);
              return now;
            })
        .thenAccept(now -> require(url, now));
  }

  private void require(URI url, Served now) {
    if (!now.identity().equals(served.identity())) {
      throw replaced(url, now.toString());
    }
  }

  private UserException replaced(URI url, String now) {
    return new UserException(
        EndpointErrors.origin(url) + " serves " + now + " now; the run began with " + served,
        "serve that again and run again to go on, or run again with what is served now: its"
            + " results have names of their own, and rows that the other did are done again.");
  }

  /**
   * Asks a server for what a request wants.
   *
   * @return fails with an {@link AnswerProblem} when asking again may help, a {@link RowException}
   *     when the server refuses this request, and else with why all would fail
   */
  CompletableFuture<Completion> complete(URI url, Request request) {
    if (request.group().scored()) {
      return send(url, requests.score(request.ids(), request.group().labels().ids()), request);
    }
    List<String> missing = requests.unoffered(request.group().settings(), request.group().endIds());
    return missing.isEmpty()
        ? send(url, requests.generate(request), request)
        : CompletableFuture.failedFuture( // a row's own: the run's were looked at before
            new RowException("the server has no field for " + String.join(", ", missing)));
  }

  private CompletableFuture<Completion> send(URI url, JsonObject body, Request request) {
    return gate.enter().thenCompose(entry -> send(url, body, request, entry));
  }

  private CompletableFuture<Completion> send(
      URI url, JsonObject body, Request request, long entry) {
    return http.post(url.resolve(url.getPath() + "/v1/completions"), body)
        .handle(
            (answer, failure) -> {
              leave(answer, entry);
              requireAnswer(url, failure);
              return judged(url, answer, request);
            });
  }

  private void leave(EndpointAnswer answer, long entry) {
    if (answer != null && EndpointErrors.overloaded(answer.status())) {
      gate.overloaded(entry);
    } else if (answer != null && answer.ok()) {
      gate.served();
    } else {
      gate.left();
    }
  }

  private Completion judged(URI url, EndpointAnswer answer, Request request) {
    String who = EndpointErrors.origin(url);
    if (answer.ok()) {
      return read(url, answer, request);
    } else if (EndpointErrors.overloaded(answer.status())) {
      throw new CompletionException(
          AnswerProblem.overloaded(who + " is overloaded", answer.askedWait()));
    } else if (EndpointErrors.broken(answer.status())) {
      throw new CompletionException(AnswerProblem.broken(who + " gave " + answer.message(), null));
    } else if (EndpointErrors.ofAllRows(answer.status())) {
      throw EndpointErrors.refused(answer, http.hasKey());
    }
    throw new RowException("the server refuses the row: " + answer.message());
  }

  private Completion read(URI url, EndpointAnswer answer, Request request) {
    String who = EndpointErrors.origin(url);
    try {
      JsonObject json =
          answer.json().orElseThrow(() -> AnswerProblem.broken(who + " gave no JSON object", null));
      JsonElement model = json.get("model");
      if (model != null && model.isJsonPrimitive() && !model.getAsString().equals(served.model())) {
        String other = model.getAsString().replaceAll("\\p{Cntrl}", "?");
        throw replaced(url, other.substring(0, Math.min(LONGEST_NAME, other.length())));
      }
      return answers.read(json, request);
    } catch (AnswerProblem e) {
      throw new CompletionException(e);
    }
  }

  /** Why nothing came. */
  static Exception reason(URI url, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof HerdException known) {
      return known;
    }
    if (Causes.of(cause).anyMatch(SSLException.class::isInstance)) {
      return EndpointErrors.distrusted(url, cause);
    }
    String what = EndpointErrors.origin(url) + " " + EndpointErrors.what(cause);
    return AnswerProblem.broken(what, cause);
  }

  private static void requireAnswer(URI url, Throwable failure) {
    if (failure != null) {
      throw new CompletionException(reason(url, failure));
    }
  }
}
