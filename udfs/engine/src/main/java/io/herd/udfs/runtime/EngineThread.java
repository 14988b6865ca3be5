package io.herd.udfs.runtime;

import io.herd.udfs.Event;
import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.engine.Engine;
import io.herd.udfs.engine.EngineStats;
import io.herd.udfs.engine.Request;
import io.herd.udfs.model.DeviceLost;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The one thread that calls libtorch for an engine. It loads that itself, because Spark interrupts
 * losing attempts, and an interrupt inside a file channel would break the load for every task that
 * waits for it. Tasks send messages and wait interruptibly.
 */
final class EngineThread {
  /** A change to the engine, and who must be told when it can't be made any more. */
  private record Message(Consumer<Engine> change, Request.Listener listener) {}

  /** Loads an engine; it may wait for a download. */
  interface Loader {
    LoadedEngine load() throws InterruptedException;
  }

  /**
   * What tasks may know of a loaded engine.
   *
   * @param maxTokens that its longest row may have
   * @param firstWords see {@link LoadedEngine}
   * @param model whose time is taken
   * @param incidents what went wrong so far without ending the engine
   * @param stats what it does and has done
   */
  record Ready(
      int maxTokens,
      String firstWords,
      TimedModel model,
      Supplier<List<String>> incidents,
      Supplier<EngineStats> stats) {}

  private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
  private final CompletableFuture<Ready> ready = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean hung;
  private Throwable broken; // guarded by this

  EngineThread(String name, Loader load) {
    thread = new Thread(() -> run(load), name);
    thread.setDaemon(true);
    thread.start();
  }

  /** The engine, if it is loaded. */
  Optional<Ready> loaded() {
    return ready.isDone() && !ready.isCompletedExceptionally()
        ? Optional.of(ready.join())
        : Optional.empty();
  }

  /** Waits until the engine is loaded. */
  Ready awaitReady() throws InterruptedException {
    return await(ready);
  }

  /** Waits for what a thread loads, and says as its own what went wrong there. */
  static <T> T await(CompletableFuture<T> loaded) throws InterruptedException {
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
    send(new Message(engine -> submit(engine, request), request.listener()));
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
    send(new Message(engine -> engine.cancel(unwanted), null));
  }

  synchronized boolean alive() {
    return broken == null && !closing;
  }

  /**
   * What ended the engine, if something did. A pass that takes too long to end ever ends it here.
   */
  synchronized Optional<Throwable> end() {
    if (broken == null && ready.isDone()) {
      ready.join().model().overdue().ifPresent(this::hung);
    }
    return Optional.ofNullable(broken);
  }

  private void hung(String pass) {
    hung = true;
    closing = true; // should the pass come back one day
    fail(DeviceLost.hung(pass));
  }

  /** Why no engine of this process can use the device any more, if so. */
  synchronized Optional<DeviceLost> lost() {
    return broken instanceof DeviceLost lost ? Optional.of(lost) : Optional.empty();
  }

  /**
   * Ends the thread after its current pass and releases the engine's memory. A thread whose pass
   * hangs is left behind.
   */
  void close() throws InterruptedException {
    closing = true;
    send(new Message(engine -> {}, null)); // wakes it
    if (!hung) {
      thread.join();
    }
  }

  private synchronized void send(Message message) {
    if (broken == null) {
      inbox.add(message);
    } else if (message.listener() != null) {
      message.listener().failed(broken);
    }
  }

  private void run(Loader load) {
    try (LoadedEngine loaded = load.load()) {
      Engine engine = loaded.engine();
      Event.of("engine_loaded")
          .with("engine", thread.getName())
          .with("slots", engine.stats().slots())
          .with("kv_tokens", engine.stats().kvLimit())
          .with("max_tokens", engine.maxTokens())
          .log();
      ready.complete(
          new Ready(
              engine.maxTokens(),
              loaded.firstWords(),
              loaded.model(),
              engine::incidents,
              engine::stats));
      serve(engine);
    } catch (Throwable e) {
      fail(e);
      ready.completeExceptionally(e); // last, for the same reason
    }
  }

  private void serve(Engine engine) throws InterruptedException {
    try {
      while (!closing) {
        if (engine.pending() == 0) {
          inbox.take().change().accept(engine);
        }
        for (Message next = inbox.poll(); next != null; next = inbox.poll()) {
          next.change().accept(engine);
        }
        engine.step();
      }
      SystemException closed = new SystemException("the engine was closed", null);
      fail(closed);
      engine.fail(closed);
    } catch (RuntimeException | Error e) {
      fail(e); // first, so that who hears of it finds a dead engine
      engine.fail(e);
      throw e;
    }
  }

  private synchronized void fail(Throwable cause) {
    broken = broken == null ? cause : broken;
    for (Message left = inbox.poll(); left != null; left = inbox.poll()) {
      if (left.listener() != null) {
        left.listener().failed(cause);
      }
    }
  }
}
