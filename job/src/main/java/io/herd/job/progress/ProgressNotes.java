package io.herd.job.progress;

import io.herd.job.workdir.RunProgress;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.runtime.Periodic;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes this run's progress to the work-dir, at each step and every few seconds, for {@code herd
 * status} and other readers. A run never fails by it.
 */
public final class ProgressNotes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressNotes.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final WorkDir workDir;
  private final Supplier<Optional<RunProgress.Generating>> generating;
  private final String driver = UUID.randomUUID().toString();
  private final long began = System.nanoTime();
  private Periodic periodic;
  private String step;
  private long stepBegan;
  private boolean closed;

  /**
   * Creates the notes of a run.
   *
   * @param generating asked in the step generate
   */
  public ProgressNotes(WorkDir workDir, Supplier<Optional<RunProgress.Generating>> generating) {
    this.workDir = workDir;
    this.generating = generating;
  }

  /** Notes that a step begins, on an existing work-dir. */
  public synchronized void step(String name) {
    step = name;
    stepBegan = System.nanoTime();
    write();
    if (periodic == null) {
      periodic = new Periodic("herd progress", EVERY, this::write);
    }
  }

  private synchronized void write() {
    if (closed) {
      return;
    }
    boolean rows = step.equals("generate");
    RunProgress now =
        new RunProgress(
            RunProgress.SCHEMA,
            host(),
            ProcessHandle.current().pid(),
            since(began),
            step,
            since(stepBegan),
            EVERY.toSeconds(),
            rows ? generating.get().orElse(null) : null);
    try {
      workDir.write(driver, now);
    } catch (RuntimeException e) { // the next one may get through
      LOG.warn("The run's progress couldn't be written", e);
    }
  }

  private static double since(long from) {
    return Math.round((System.nanoTime() - from) / 1e8) / 10.0;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** Removes the note when the run ends; {@code run.json} has the outcome. */
  @Override
  public synchronized void close() {
    closed = true;
    if (periodic == null) {
      return;
    }
    periodic.close();
    try {
      workDir.dropProgress(driver);
    } catch (RuntimeException e) {
      LOG.warn("The run's progress file couldn't be removed", e);
    }
  }
}
