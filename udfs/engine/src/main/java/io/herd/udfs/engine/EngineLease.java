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
 * A task's lease on an engine, wherever that computes; the task sees nothing else of the engine.
 * Closing it takes the task's requests back. Used by the task's thread.
 */
public interface EngineLease extends AutoCloseable {

  /**
   * The engine's activity during a part of this lease, for this task's requests and others'.
   *
   * @param computing time in the model
   * @param prefilling of it with prompts
   * @param held time that passed
   */
  record Usage(Duration computing, Duration prefilling, Duration held) {}

  /** Returns the maximum number of tokens in a row, prompt and completion together. */
  int maxTokens();

  /** Returns the number of concurrent rows. */
  int slots();

  /** Returns the text of the engine's self-test. */
  String smokeTest();

  /** Returns the engine's activity since the last call, or since the lease began. */
  Usage usage();

  /** Returns the time since the last call of {@link #usage}, or since the lease began. */
  Duration sinceUsage();

  /** Returns the problems so far that didn't end the engine, such as a lack of memory. */
  List<String> incidents();

  /** Queues a request; its listener gets the result on a thread of the engine. */
  void submit(Request request);

  /**
   * Throws if the engine can't continue, which ends a task's wait for results. A task that waits
   * must call this from time to time, because a device that hangs reports nothing.
   *
   * @throws HerdException saying why the engine can't go on
   */
  void check();

  /** Returns whether the engine is still running; a row may have killed it. */
  boolean alive();

  /**
   * Waits until no other task in this process runs a suspected row alone. Rows that other tasks do
   * as usual go on beside it.
   */
  void beginAlone() throws InterruptedException;

  /** Lets other tasks run their suspected rows. */
  void endAlone();

  @Override
  void close();

  /** Requests one completion and waits for it. */
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

  /** Returns the exception with which a task fails when its engine has failed. */
  static HerdException failure(Throwable cause) {
    return cause instanceof DeviceLost || cause instanceof UserException
        ? (HerdException) cause
        : new SystemException("the engine failed: " + cause, cause);
  }
}
