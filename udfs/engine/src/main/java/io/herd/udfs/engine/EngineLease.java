package io.herd.udfs.engine;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.model.DeviceLost;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A task's use of an engine, wherever that computes: all that a task knows of it. Closing it takes
 * the task's requests back. Used by the task's thread.
 */
public interface EngineLease extends AutoCloseable {

  /**
   * How busy the engine was during a part of this lease, with this task's requests or others'.
   *
   * @param computing time in the model
   * @param prefilling of it with prompts
   * @param held time that passed
   */
  record Usage(Duration computing, Duration prefilling, Duration held) {}

  /** Tokens that the longest row may have, prompt and completion together. */
  int maxTokens();

  /** Rows that it generates at once. */
  int slots();

  /** What it said when it was tried out. */
  String firstWords();

  /** How busy the engine has been since the last call of this, or since the lease began. */
  Usage usage();

  /** Time since the last call of {@link #usage}, or since the lease began. */
  Duration sinceUsage();

  /** What went wrong so far without ending the engine, such as a lack of memory. */
  List<String> incidents();

  /** Queues a request; its listener gets the outcome on a thread of the engine. */
  void submit(Request request);

  /**
   * Ends a task's wait for outcomes when the engine can't go on. A task that waits must call this
   * from time to time, because a device that hangs reports nothing.
   *
   * @throws HerdException saying why the engine can't go on
   */
  void check();

  /** Whether the engine hasn't died, of a row perhaps. */
  boolean alive();

  /**
   * Waits until no other task has a row that must be the only such one in this process. Rows that
   * other tasks do as usual go on beside it.
   */
  void beginAlone() throws InterruptedException;

  /** Lets other tasks go on with such rows. */
  void endAlone();

  @Override
  void close();

  /** Asks for one completion and waits for it. */
  default Completion complete(int[] ids, RequestGroup group) throws InterruptedException {
    Outcome outcome = new Outcome();
    submit(new Request(ids, 0, group, outcome));
    return await(outcome);
  }

  /** Waits for a request's end. */
  default Completion await(Outcome outcome) throws InterruptedException {
    while (true) {
      try {
        return outcome.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        check();
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      }
    }
  }

  /** The exception by which a task fails when its engine has. */
  static HerdException failure(Throwable cause) {
    return cause instanceof DeviceLost || cause instanceof UserException
        ? (HerdException) cause
        : new SystemException("the engine failed: " + cause, cause);
  }
}
