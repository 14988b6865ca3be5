package io.herd.udfs.endpoint;

import io.herd.udfs.HerdException;
import io.herd.udfs.RowException;
import io.herd.udfs.SystemException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.Request;
import io.herd.udfs.hub.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A task's lease on servers. Its listeners hear of outcomes on threads of the HTTP client. */
public final class EndpointLease implements EngineLease {
  private final EndpointSettings settings;
  private final EndpointCalls calls;
  private final Attempts.Waiting waiting;
  private final AtomicReference<HerdException> ended = new AtomicReference<>();
  private final AtomicLong lastServed = new AtomicLong(System.nanoTime());
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger submitted = new AtomicInteger();
  private long since = System.nanoTime();

  private EndpointLease(EndpointSettings settings, EndpointCalls calls, Attempts.Waiting waiting) {
    this.settings = settings;
    this.calls = calls;
    this.waiting = waiting;
  }

  /**
   * Creates a lease, once the servers confirm that they serve what they did when the run began.
   *
   * @throws HerdException saying why it can't be used
   */
  public static EndpointLease of(EndpointSettings settings, Optional<Secret> key)
      throws InterruptedException {
    return of(settings, key, Attempts.Waiting.USUAL);
  }

  static EndpointLease of(EndpointSettings settings, Optional<Secret> key, Attempts.Waiting waiting)
      throws InterruptedException {
    EndpointCalls calls = new EndpointCalls(settings, new EndpointHttp(key, settings.timeout()));
    for (URI url : settings.urls()) {
      long begun = System.nanoTime();
      Endpoints.await(new Attempts(waiting, () -> begun).run(() -> calls.verified(url)));
    }
    return new EndpointLease(settings, calls, waiting);
  }

  @Override
  public int maxTokens() {
    return settings.maxTokens();
  }

  @Override
  public int slots() {
    return settings.slots();
  }

  @Override
  public String smokeTest() {
    return "asks " + settings.served() + " at " + settings.urls();
  }

  /** Reports all of the time as computing, because the servers' activity isn't known. */
  @Override
  public Usage usage() {
    Duration held = sinceUsage();
    since = System.nanoTime();
    return new Usage(held, Duration.ZERO, held);
  }

  @Override
  public Duration sinceUsage() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  @Override
  public List<String> incidents() {
    List<String> incidents = new ArrayList<>();
    int again = asked.get() - submitted.get();
    if (again > 0) {
      incidents.add(
          String.format(
              Locale.ROOT, "sent %d requests again; came to %d at a time", again, calls.level()));
    }
    return incidents;
  }

  @Override
  public void submit(Request request) {
    HerdException cause = ended.get();
    if (cause != null) {
      request.listener().failed(cause);
      return;
    }
    submitted.incrementAndGet();
    Attempts attempts = new Attempts(waiting, lastServed::get);
    request.listener().begun();
    CompletableFuture<Completion> unused = // the listener has it
        attempts
            .run(() -> attempt(request, attempts))
            .whenComplete((completion, failure) -> tell(request, attempts, completion, failure));
  }

  private CompletableFuture<Completion> attempt(Request request, Attempts attempts) {
    if (ended.get() != null) {
      return CompletableFuture.failedFuture(ended.get());
    }
    asked.incrementAndGet();
    URI url = calls.url();
    if (!attempts.broke()) {
      return calls.complete(url, request);
    }
    return calls
        .verified(url)
        .thenCompose(
            there -> {
              attempts.charge();
              return calls.complete(url, request);
            });
  }

  private void tell(Request request, Attempts attempts, Completion completion, Throwable failure) {
    if (completion != null) {
      lastServed.set(System.nanoTime());
      request.listener().computed(request.ids().length, completion.tokens());
      request.listener().completed(completion);
    } else {
      request.listener().failed(outcome(attempts, failure));
    }
  }

  private HerdException outcome(Attempts attempts, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RowException row) {
      return row;
    } else if (cause instanceof AnswerProblem problem) {
      return attempts.isTheRequestsFault()
          ? new RowException("the server is there, and fails at this row: " + problem.getMessage())
          : end(EndpointErrors.silent(problem));
    }
    return end(
        cause instanceof HerdException known
            ? known
            : new SystemException("asking the server failed: " + cause, cause));
  }

  private HerdException end(HerdException why) {
    ended.compareAndSet(null, why);
    return ended.get();
  }

  @Override
  public void check() {
    if (ended.get() != null) {
      throw EngineLease.failure(ended.get());
    }
  }

  /** Always alive: an unavailable server is no reason to suspect rows. */
  @Override
  public boolean alive() {
    return true;
  }

  /** Does nothing: a row can't kill this process, because the server is another process. */
  @Override
  public void beginAlone() {}

  @Override
  public void endAlone() {}

  /** Abandons requests in progress without repeating them. */
  @Override
  public void close() {
    ended.compareAndSet(null, new SystemException("the task ended", null));
  }
}
