package io.herd.udfs.runtime;

import io.herd.udfs.engine.Request;
import io.herd.udfs.model.DeviceLost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The threads that compute with one model: a single one, or for a model split over several devices
 * as many as those, each with rows and a KV cache of its own. While the rows of one lane are on the
 * second device, those of the next are on the first: so all are busy (pipeline parallelism).
 *
 * <p>Rows go to the lanes in turn. They come sorted by cost, so lanes have about the same to do.
 */
final class EngineLanes {
  private final List<EngineThread> threads = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final Semaphore alone = new Semaphore(1, true);

  /**
   * Starts a thread for each loader.
   *
   * @param loaders of the lanes; the others wait for the first
   */
  EngineLanes(String name, List<EngineThread.Loader> loaders) {
    for (EngineThread.Loader loader : loaders) {
      String lane = threads.isEmpty() ? name : name + "-lane-" + threads.size();
      threads.add(new EngineThread(lane, loader));
    }
  }

  /** The lanes, if all are loaded. */
  Optional<List<EngineThread.Ready>> loaded() {
    List<EngineThread.Ready> ready =
        threads.stream().map(EngineThread::loaded).flatMap(Optional::stream).toList();
    return ready.size() == threads.size() ? Optional.of(ready) : Optional.empty();
  }

  /** Waits until all lanes are loaded. */
  List<EngineThread.Ready> awaitReady() throws InterruptedException {
    List<EngineThread.Ready> ready = new ArrayList<>();
    for (EngineThread thread : threads) {
      ready.add(thread.awaitReady());
    }
    return ready;
  }

  void submit(Request request) {
    threads.get(Math.floorMod(next.getAndIncrement(), threads.size())).submit(request);
  }

  void cancel(Predicate<Request> unwanted) {
    threads.forEach(thread -> thread.cancel(unwanted));
  }

  boolean alive() {
    return threads.stream().allMatch(EngineThread::alive);
  }

  /** What ended a lane, and so all of them, if something did. */
  Optional<Throwable> end() {
    return threads.stream().map(EngineThread::end).flatMap(Optional::stream).findFirst();
  }

  /** Why no engine of this process can use the devices any more, if so. */
  Optional<DeviceLost> lost() {
    return threads.stream().map(EngineThread::lost).flatMap(Optional::stream).findFirst();
  }

  /** For rows that must be the only one of their kind, see {@link EngineLease#beginAlone}. */
  Semaphore alone() {
    return alone;
  }

  /** Ends the threads after their current passes and releases the model's memory. */
  void close() throws InterruptedException {
    for (EngineThread thread : threads) {
      thread.close();
    }
  }
}
