package io.herd.job.workdir;

import io.herd.udfs.SystemException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to take a snapshot or to publish, which one run on a work-dir holds at a time;
 * generating needs no lease. The owner renews it as long as it lives. Who waits takes it over at
 * once when the owner's process was on the same machine and is gone, else when two renewals in a
 * row didn't come, as seen by the waiter's own monotonic clock: clocks of two hosts are never
 * compared.
 *
 * <p>An owner that stalled for that long, and then continues, would be the second one: so it asks
 * {@link #requireHeld} before each step that can't be taken back.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /**
   * The interval at which the lease is renewed by a beat: 15 s, and less in tests that can't wait.
   */
  private static final Duration EVERY =
      Duration.ofSeconds(Integer.getInteger("herd.lease.seconds", 15));

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int RELEASES = 3;

  private final LeaseFiles files;
  private final long number;
  private final Time.Repeated heart;
  private volatile Owner owner;

  private Lease(LeaseFiles files, long number, Owner owner, Time time) {
    this.files = files;
    this.number = number;
    this.owner = owner;
    this.heart = time.every("herd lease", Duration.ofSeconds(owner.every()), this::beat);
  }

  /** Takes the lease in a folder for this process. */
  static Lease take(
      FileSystem fileSystem,
      Path folder,
      Time time,
      String step,
      Consumer<String> waiting,
      BooleanSupplier stopped) {
    LeaseFiles files = new LeaseFiles(fileSystem, folder, time);
    return take(files, Owner.here(step, EVERY), time, waiting, stopped);
  }

  /**
   * Waits until the lease is free, and takes it.
   *
   * @param waiting receives the holder, once
   * @param stopped ends the waiting
   */
  static Lease take(
      LeaseFiles files, Owner self, Time time, Consumer<String> waiting, BooleanSupplier stopped) {
    try {
      return new Lease(files, await(files, self, time, waiting, stopped), self, time);
    } catch (IOException e) {
      throw new SystemException("can't take the work-dir's lease", e);
    } catch (InterruptedException e) {
      throw SystemException.interrupted("waiting for the work-dir's lease", e);
    }
  }

  /** Waits, and returns the claim's number. */
  private static long await(
      LeaseFiles files, Owner self, Time time, Consumer<String> waiting, BooleanSupplier stopped)
      throws IOException, InterruptedException {
    Watch watch = new Watch(self, time);
    boolean told = false;
    while (!stopped.getAsBoolean()) {
      Optional<LeaseFiles.Last> last = files.last();
      last.flatMap(LeaseFiles.Last::owner).ifPresent(Owner::requireKnown);
      if (last.isEmpty() || watch.isFree(last.get())) {
        long next = 1 + last.map(LeaseFiles.Last::number).orElse(0L);
        if (files.claim(next, self)) {
          return next;
        }
      } else {
        if (!told) {
          waiting.accept(
              "waits for another run on this work-dir"
                  + last.get().owner().map(owner -> ", " + owner).orElse(""));
          told = true;
        }
        time.sleep(POLL);
      }
    }
    throw new SystemException("stopped while waiting for another run on this work-dir", null);
  }

  /** Measures how long the highest file has been unchanged. */
  private static final class Watch {
    private final Owner self;
    private final Time time;
    private LeaseFiles.Last seen;
    private long since;

    Watch(Owner self, Time time) {
      this.self = self;
      this.time = time;
    }

    boolean isFree(LeaseFiles.Last now) {
      if (!now.equals(seen)) {
        seen = now;
        since = time.nanos();
      }
      if (now.owner().filter(owner -> owner.released() || owner.diedHere(self)).isPresent()) {
        return true;
      }
      long every = now.owner().map(Owner::every).orElse(self.every());
      Duration twoMissed = Duration.ofSeconds(every).multipliedBy(5).dividedBy(2);
      return time.nanos() - since > twoMissed.toNanos();
    }
  }

  /** Higher than that of every lease that was taken before. */
  public long number() {
    return number;
  }

  /**
   * Throws if another run has taken the lease over.
   *
   * @throws SystemException when somebody has
   */
  public void requireHeld() {
    try {
      if (!files.holds(number, owner)) {
        throw new SystemException(
            "this run stalled for so long that another run on its work-dir took over",
            "run the same command again after the other run has ended.",
            null);
      }
    } catch (IOException e) {
      throw new SystemException("can't read the work-dir's lease", e);
    }
  }

  /** Returns whether another run has taken the lease over, as far as storage shows. */
  public boolean isLost() {
    try {
      return !files.holds(number, owner);
    } catch (IOException e) {
      return false;
    }
  }

  private void beat() {
    try {
      if (files.holds(number, owner)) {
        owner = owner.beaten();
        files.beat(number, owner);
      }
    } catch (IOException | RuntimeException e) { // the next beat may get through
      LOG.warn("The work-dir's lease couldn't be renewed", e);
    }
  }

  /** Returns the lease. */
  @Override
  public void close() {
    heart.close(); // a beat that came later would take back what follows
    for (int tries = 1; tries <= RELEASES; tries++) {
      try {
        if (files.holds(number, owner)) {
          files.dropBelow(number);
          files.beat(number, owner.gone());
        }
        return;
      } catch (IOException e) { // the next run will have to wait until two beats are missed
        LOG.warn("The work-dir's lease couldn't be given back", e);
      }
    }
  }
}
