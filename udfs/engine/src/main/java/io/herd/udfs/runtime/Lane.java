package io.herd.udfs.runtime;

import io.herd.udfs.Event;
import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.engine.Engine;
import io.herd.udfs.engine.Request;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One thread of a {@link SharedEngine}: loads, serves and closes an {@link Engine}. No other thread
 * calls that engine; what others want done waits in the inbox until the thread is between two
 * passes.
 */
final class Lane {
  /** Loads a lane's engine, on the lane's thread; it may wait for a download. */
  @FunctionalInterface
  interface Loader {
    LoadedEngine load() throws InterruptedException;
  }

  private final SharedEngine shared;
  private final String name;
  private final int index;
  private final BlockingQueue<Consumer<Engine>> inbox = new LinkedBlockingQueue<>();
  private final CompletableFuture<LoadedEngine> loaded = new CompletableFuture<>();
  private final Thread thread;

  /**
   * Creates a lane that isn't started yet.
   *
   * @param index among the lanes of the shared engine
   */
  Lane(String name, int index, SharedEngine shared, Loader loader) {
    this.name = name;
    this.index = index;
    this.shared = shared;
    this.thread = new Thread(() -> run(loader), name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Returns the engine, if it is loaded. */
  Optional<LoadedEngine> loaded() {
    return loaded.isDone() && !loaded.isCompletedExceptionally()
        ? Optional.of(loaded.join())
        : Optional.empty();
  }

  /**
   * Waits until the engine is loaded.
   *
   * @throws HerdException saying why it could not be loaded
   * @throws InterruptedException when the waiting thread is interrupted; the load goes on
   */
  LoadedEngine awaitLoaded() throws InterruptedException {
    try {
      return loaded.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HerdException known) {
        throw known;
      }
      throw new SystemException("the engine could not be loaded: " + e.getCause(), e.getCause());
    }
  }

  void cancel(Predicate<Request> unwanted) {
    inbox.add(engine -> engine.cancel(unwanted));
  }

  /** Wakes the thread when it is idle, to check the shared engine's state and requests. */
  void wake() {
    inbox.add(engine -> {});
  }

  /** Waits until the thread has closed its engine. */
  void join() throws InterruptedException {
    thread.join();
  }

  private void run(Loader loader) {
    try (LoadedEngine ready = loader.load()) {
      if (index == 0) {
        shared.addLanes(name, ready);
      }
      Engine engine = ready.engine();
      Event.of("engine_loaded")
          .with("engine", name)
          .with("lanes", ready.plan().lanes())
          .with("threads", ready.plan().threads(ready.plan().lanes()))
          .with("slots", engine.stats().slots())
          .with("kv_tokens", engine.stats().kvLimit())
          .with("max_tokens", engine.maxTokens())
          .log();
      loaded.complete(ready);
      serve(ready);
    } catch (Throwable e) {
      shared.end(e);
      loaded.completeExceptionally(e); // last, so that waiting tasks find a dead engine
    }
  }

  private void serve(LoadedEngine ready) throws InterruptedException {
    Engine engine = ready.engine();
    try {
      while (shared.alive()) {
        takeRequests(engine);
        if (engine.pending() == 0) {
          inbox.take().accept(engine);
        }
        for (Consumer<Engine> next = inbox.poll(); next != null; next = inbox.poll()) {
          next.accept(engine);
        }
        if (engine.pending() > 0) {
          ready.useThreads().accept(ready.plan().threads(shared.intake().working()));
          engine.step();
        }
      }
      engine.fail(shared.end(new SystemException("the engine was closed", null)));
    } catch (RuntimeException | Error e) {
      engine.fail(shared.end(e)); // listeners hear last, so that they find a dead engine
      throw e;
    }
  }

  private void takeRequests(Engine engine) {
    Optional<Request> next = shared.intake().next(index, engine.waiting(), engine.pending());
    while (next.isPresent()) {
      submit(engine, next.get());
      next = shared.intake().next(index, engine.waiting(), engine.pending());
    }
  }

  /** A refused request is its task's fault and doesn't affect others. */
  private static void submit(Engine engine, Request request) {
    try {
      engine.submit(request);
    } catch (IllegalArgumentException e) {
      request.listener().failed(e);
    }
  }
}
