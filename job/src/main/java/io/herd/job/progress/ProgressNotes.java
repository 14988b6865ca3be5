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
 * Writes down in the work-dir how far this run is, at each step and every few seconds, for {@code
 * herd status} and whoever else looks. A run never fails by it.
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
   * Of a run.
   *
   * @param generating asked in the step generate
   */
  public ProgressNotes(WorkDir workDir, Supplier<Optional<RunProgress.Generating>> generating) {
    this.workDir = workDir;
    this.generating = generating;
  }

  /** A step begins, on a work-dir that is there. */
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
      LOG.warn("How far the run is couldn't be written down", e);
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

  /** The run ends: {@code run.json} says the rest. */
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
      LOG.warn("What the run noted of its progress couldn't be removed", e);
    }
  }
}
