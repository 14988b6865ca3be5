package io.herd.udfs.runtime;

import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.Request;
import io.herd.udfs.model.DeviceLost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One model on one device or split over several, shared by all tasks of this process that use it.
 * The package's documentation describes its threads and its life. Its lanes are those of a {@link
 * LanePlan}, and take their requests from one {@link Intake}.
 */
final class SharedEngine {
  /** The states of the engine's life. States only move down this list. */
  private enum State {
    /** Loading, or serving requests. */
    RUNNING,
    /** Ends after the current passes; requests are still accepted, and will fail. */
    CLOSING,
    /** Has ended; every further request fails with the same reason. */
    ENDED,
    /** Has ended because of a pass that doesn't return, so nobody waits for its thread. */
    HUNG
  }

  private final List<Lane> lanes = new CopyOnWriteArrayList<>(); // written under this lock
  private final Intake intake = new Intake();
  private final Semaphore alone = new Semaphore(1, true);
  private volatile State state = State.RUNNING; // written under this object's lock
  private Throwable cause; // of ENDED and HUNG; guarded by this
  private int leases; // guarded by this

  /** Starts loading the first lane, which decides how many others there will be. */
  static SharedEngine start(String name, Lane.Loader loader) {
    SharedEngine engine = new SharedEngine();
    engine.addLane(name, loader);
    return engine;
  }

  private synchronized void addLane(String name, Lane.Loader loader) {
    lanes.add(new Lane(name, lanes.size(), this, loader));
    lanes.get(lanes.size() - 1).start();
  }

  /** Returns the queue of requests that no lane has taken yet. */
  Intake intake() {
    return intake;
  }

  /** Called by the first lane when it is loaded: starts the others, unless the engine has ended. */
  synchronized void addLanes(String name, LoadedEngine first) {
    LanePlan plan = first.plan();
    intake.addLanes(plan.lanes(), plan.opening(), plan.forTexts());
    for (int i = 1; i < plan.lanes() && state == State.RUNNING; i++) {
      addLane(name + "-lane-" + i, first.sharingWeights()::get);
    }
  }

  /** Returns the lanes' engines; empty while one of them isn't loaded. */
  Optional<List<LoadedEngine>> loaded() {
    List<LoadedEngine> loaded = lanes.stream().map(Lane::loaded).flatMap(Optional::stream).toList();
    return loaded.size() == lanes.size() ? Optional.of(loaded) : Optional.empty();
  }

  /**
   * Waits until all lanes are loaded.
   *
   * @throws io.herd.udfs.HerdException saying why one of them could not be
   */
  List<LoadedEngine> awaitLoaded() throws InterruptedException {
    List<LoadedEngine> loaded = new ArrayList<>();
    lanes.get(0).awaitLoaded(); // it has added the others
    for (Lane lane : lanes) {
      loaded.add(lane.awaitLoaded());
    }
    return loaded;
  }

  /** Queues a request; after the engine's end it fails at once. */
  synchronized void submit(Request request) {
    if (cause == null) {
      intake.add(request).ifPresent(lane -> lanes.get(lane).wake());
    } else {
      request.listener().failed(cause);
    }
  }

  /** Drops requests, wherever they are; their listeners get no further calls. */
  synchronized void cancel(Predicate<Request> unwanted) {
    if (cause == null) {
      intake.drop(unwanted);
      lanes.forEach(lane -> lane.cancel(unwanted));
    }
  }

  /** Returns whether the engine still serves requests. */
  boolean alive() {
    return state == State.RUNNING;
  }

  /** Returns the reason of the engine's end, if it has ended. A pass that hangs ends it here. */
  synchronized Optional<Throwable> ended() {
    if (cause == null) {
      lanes.stream()
          .flatMap(lane -> lane.loaded().stream())
          .flatMap(lane -> lane.watch().overdue().stream())
          .findFirst()
          .ifPresent(pass -> end(State.HUNG, DeviceLost.hung(pass)));
    }
    return Optional.ofNullable(cause);
  }

  /**
   * Ends all lanes after their current passes, because one of them can't continue.
   *
   * @return why the engine has ended: the reason that was given first
   */
  synchronized Throwable end(Throwable reason) {
    if (cause == null) {
      end(State.ENDED, reason);
    }
    return cause;
  }

  private void end(State ended, Throwable reason) {
    state = ended;
    cause = reason;
    intake.drain().forEach(request -> request.listener().failed(reason));
    lanes.forEach(Lane::wake);
  }

  /** Returns why no engine of this process can use the devices any more, if so. */
  synchronized Optional<DeviceLost> lost() {
    return cause instanceof DeviceLost lost ? Optional.of(lost) : Optional.empty();
  }

  /**
   * Ends the lanes after their current passes, waits for them, and thereby frees the model's
   * memory. Lanes of an engine of which one hangs are left behind.
   */
  void close() throws InterruptedException {
    synchronized (this) {
      if (state == State.RUNNING) {
        state = State.CLOSING;
        lanes.forEach(Lane::wake);
      }
    }
    for (Lane lane : lanes) {
      if (state != State.HUNG) {
        lane.join();
      }
    }
  }

  /** Returns the permit for running a suspected row alone, see {@link EngineLease#beginAlone}. */
  Semaphore alone() {
    return alone;
  }

  /** Counts a lease. */
  synchronized void acquire() {
    leases++;
  }

  /**
   * Returns a lease.
   *
   * @param onLost gets the loss of the device, if that is lost and no lease is left
   */
  void release(Consumer<DeviceLost> onLost) {
    Optional<DeviceLost> last;
    synchronized (this) {
      leases--;
      last = leases == 0 ? lost() : Optional.empty();
      notifyAll();
    }
    last.ifPresent(onLost);
  }

  synchronized boolean unused() {
    return leases == 0;
  }

  /** Waits until no lease is left, up to a limit. */
  synchronized void awaitUnused(Duration most) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    for (long left = most.toNanos(); leases > 0 && left > 0; left = deadline - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
