package io.herd.udfs.hub.cache;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The threads of one download: some stream, some hash streamed files. */
final class Workers implements AutoCloseable {
  private static final int STREAMS = 8;
  private static final int MOST_HASHERS = 4;
  private static final long END_SECONDS = 30;

  private final ExecutorService streams = threads(STREAMS, "stream");
  private final ExecutorService hashers =
      threads(Math.min(MOST_HASHERS, Runtime.getRuntime().availableProcessors()), "hash");

  private static ExecutorService threads(int count, String what) {
    return Executors.newFixedThreadPool(count, work -> thread(work, what));
  }

  private static Thread thread(Runnable work, String what) {
    Thread thread = new Thread(work, "herd-fetch-" + what);
    thread.setDaemon(true);
    return thread;
  }

  Executor streams() {
    return streams;
  }

  Executor hashers() {
    return hashers;
  }

  /** Waits for all of them, or for the first failure, and throws it. */
  static void await(List<? extends CompletableFuture<?>> all) throws InterruptedException {
    CompletableFuture<Object> first = new CompletableFuture<>();
    CompletableFuture<?>[] ends =
        all.stream()
            .map(each -> each.whenComplete((done, e) -> tell(first, e)))
            .toArray(CompletableFuture[]::new);
    CompletableFuture<Void> whole = CompletableFuture.allOf(ends);
    try {
      CompletableFuture.anyOf(first, whole).get();
    } catch (ExecutionException e) {
      throw asThrown(e);
    }
  }

  private static void tell(CompletableFuture<Object> first, Throwable failure) {
    if (failure != null) {
      first.completeExceptionally(failure);
    }
  }

  private static RuntimeException asThrown(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null
        && (cause instanceof ExecutionException || cause instanceof CompletionException)) {
      cause = cause.getCause();
    }
    return cause instanceof HerdException herds
        ? herds
        : new SystemException("fetching a model failed: " + cause, cause);
  }

  /** Stops running work and waits for its end, so that nothing writes to files any more. */
  @Override
  public void close() {
    streams.shutdownNow();
    hashers.shutdownNow();
    try {
      if (!streams.awaitTermination(END_SECONDS, TimeUnit.SECONDS)
          || !hashers.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        throw new SystemException("a download can't be ended", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
