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
 * One thread of a {@link SharedEngine}, with the {@link Engine} that it loads, serves and closes.
 * No other thread calls that engine; what others want done waits in the inbox until the thread is
 * between two passes.
 */
final class Lane {
  /** Loads a lane's engine, on the lane's thread; it may wait for a download. */
  @FunctionalInterface
  interface Loader {
    LoadedEngine load() throws InterruptedException;
  }

  /**
   * Something for the thread to do with its engine.
   *
   * @param refused takes the reason when the engine ends before the change is made
   */
  private record Message(Consumer<Engine> change, Consumer<Throwable> refused) {
    private static final Message NOTHING = new Message(engine -> {}, cause -> {});
  }

  private final SharedEngine shared;
  private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
  private final CompletableFuture<LoadedEngine> loaded = new CompletableFuture<>();
  private final Thread thread;

  Lane(String name, SharedEngine shared, Loader loader) {
    this.shared = shared;
    this.thread = new Thread(() -> run(loader), name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** The engine, if it is loaded. */
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

  void submit(Request request) {
    inbox.add(new Message(engine -> submit(engine, request), request.listener()::failed));
  }

  /** A request that the engine refuses is its task's fault alone. */
  private static void submit(Engine engine, Request request) {
    try {
      engine.submit(request);
    } catch (IllegalArgumentException e) {
      request.listener().failed(e);
    }
  }

  void cancel(Predicate<Request> unwanted) {
    inbox.add(new Message(engine -> engine.cancel(unwanted), cause -> {}));
  }

  /** Makes the thread look at the shared engine's state, even when it has nothing to do. */
  void wake() {
    inbox.add(Message.NOTHING);
  }

  /** Refuses every message that the thread has not taken yet. */
  void refuseAll(Throwable cause) {
    for (Message left = inbox.poll(); left != null; left = inbox.poll()) {
      left.refused().accept(cause);
    }
  }

  /** Waits until the thread has closed its engine. */
  void join() throws InterruptedException {
    thread.join();
  }

  private void run(Loader loader) {
    try (LoadedEngine ready = loader.load()) {
      Engine engine = ready.engine();
      Event.of("engine_loaded")
          .with("engine", thread.getName())
          .with("slots", engine.stats().slots())
          .with("kv_tokens", engine.stats().kvLimit())
          .with("max_tokens", engine.maxTokens())
          .log();
      loaded.complete(ready);
      serve(engine);
    } catch (Throwable e) {
      shared.end(e);
      loaded.completeExceptionally(e); // last, so that whoever waits finds a dead engine
    }
  }

  private void serve(Engine engine) throws InterruptedException {
    try {
      while (shared.alive()) {
        if (engine.pending() == 0) {
          inbox.take().change().accept(engine);
        }
        for (Message next = inbox.poll(); next != null; next = inbox.poll()) {
          next.change().accept(engine);
        }
        engine.step();
      }
      engine.fail(shared.end(new SystemException("the engine was closed", null)));
    } catch (RuntimeException | Error e) {
      engine.fail(shared.end(e)); // listeners hear last, so that they find a dead engine
      throw e;
    }
  }
}
