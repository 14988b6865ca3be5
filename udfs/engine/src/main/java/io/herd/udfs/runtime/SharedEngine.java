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
 * One model on one device or split over several, shared by all tasks of this process that need it.
 * The package's documentation describes its threads and its life. Its lanes are those of a {@link
 * LanePlan}, and take their requests from one {@link Intake}.
 */
final class SharedEngine {
  /** How far the engine's life has come. States only move down this list. */
  private enum State {
    /** Loads, or serves requests. */
    RUNNING,
    /** Ends as soon as the passes under way are done; requests are still taken, and will fail. */
    CLOSING,
    /** Has ended; each further request fails for the reason of that. */
    ENDED,
    /** Has ended by a pass that does not return, so nobody waits for its thread. */
    HUNG
  }

  private final List<Lane> lanes = new CopyOnWriteArrayList<>(); // written under this lock
  private final Intake intake = new Intake();
  private final Semaphore alone = new Semaphore(1, true);
  private volatile State state = State.RUNNING; // written under this object's lock
  private Throwable cause; // of ENDED and HUNG; guarded by this
  private int leases; // guarded by this

  /** Starts loading the first lane, which says how many others there are to be. */
  static SharedEngine start(String name, Lane.Loader loader) {
    SharedEngine engine = new SharedEngine();
    engine.addLane(name, loader);
    return engine;
  }

  private synchronized void addLane(String name, Lane.Loader loader) {
    lanes.add(new Lane(name, lanes.size(), this, loader));
    lanes.get(lanes.size() - 1).start();
  }

  /** What no lane has taken yet. */
  Intake intake() {
    return intake;
  }

  /** Called by the first lane when it is loaded: starts the others, if the engine goes on. */
  synchronized void addLanes(String name, LoadedEngine first) {
    LanePlan plan = first.plan();
    intake.addLanes(plan.lanes(), plan.opening(), plan.forTexts());
    for (int i = 1; i < plan.lanes() && state == State.RUNNING; i++) {
      addLane(name + "-lane-" + i, first.sharingWeights()::get);
    }
  }

  /** What the lanes have loaded, or nothing while one of them has not. */
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

  /** Drops requests, wherever they are; their listeners hear no more. */
  synchronized void cancel(Predicate<Request> unwanted) {
    if (cause == null) {
      intake.drop(unwanted);
      lanes.forEach(lane -> lane.cancel(unwanted));
    }
  }

  /** Whether the engine takes requests that it means to do. */
  boolean alive() {
    return state == State.RUNNING;
  }

  /** What ended the engine, if something did. A pass that hangs ends it here. */
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
   * Ends all lanes, each after its current pass, because one of them can't go on.
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

  /** Why no engine of this process can use the devices any more, if so. */
  synchronized Optional<DeviceLost> lost() {
    return cause instanceof DeviceLost lost ? Optional.of(lost) : Optional.empty();
  }

  /**
   * Ends the lanes after their current passes, waits for them, and so releases the model's memory.
   * Lanes of an engine of which one hangs are left behind.
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

  /** See {@link EngineLease#beginAlone}. */
  Semaphore alone() {
    return alone;
  }

  /** Counts a lease. */
  synchronized void acquire() {
    leases++;
  }

  /**
   * Gives a lease back.
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

  /** Waits until no lease is left, but no longer than this. */
  synchronized void awaitUnused(Duration most) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    for (long left = most.toNanos(); leases > 0 && left > 0; left = deadline - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
