package io.herd.udfs.partition;

import io.herd.udfs.Event;
import io.herd.udfs.RowException;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.results.Result;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connects one task with the engine: keeps a window of its rows in the engine's queue and passes on
 * the results in whatever order they arrive.
 */
final class TaskLoop {
  /**
   * Large enough for the scheduler to find rows of similar length, small enough to be fair to other
   * tasks.
   */
  private static final int LEAST_WINDOW = 256;

  /** Failed rows that a task logs; the output has all of them. */
  private static final int MOST_LOGGED = 100;

  /** Receives rows from their beginning to their results, on the task's thread. */
  interface Sink {
    /** Returns whether a row may only begin while no other row of the task is in progress. */
    default boolean oneAtATime() {
      return false;
    }

    /**
     * Called when a row begins.
     *
     * @throws RowException when it must not be, and has failed by that
     */
    default void begin(String key) throws InterruptedException {}

    /** Called when a row is done or has failed. */
    void append(Result result);

    /** Called at least every second while there is nothing to append. */
    default void idle() {}
  }

  private final BlockingQueue<RowSamples.Outcome> outcomes = new LinkedBlockingQueue<>();
  private final EngineLease engine;
  private final RowTask.Finder tasks;
  private final Sink results;
  private final RowCounter counter;
  private final AtomicLong begun = new AtomicLong(); // the engine's threads count them
  private final AtomicLong computed = new AtomicLong(); // and the tokens
  private final AtomicLong copied = new AtomicLong();
  private int outstanding;
  private long done;
  private int logged;

  TaskLoop(EngineLease engine, RowTask.Finder tasks, Sink results, RowCounter counter) {
    this.engine = engine;
    this.tasks = tasks;
    this.results = results;
    this.counter = counter;
  }

  /**
   * Processes the rows.
   *
   * @param finished keys that an earlier attempt has written
   * @return rows done
   */
  long run(Iterator<PendingRow> rows, Set<String> finished) throws InterruptedException {
    while (rows.hasNext() || outstanding > 0) {
      while (outstanding < window() && rows.hasNext()) {
        PendingRow row = rows.next();
        if (finished.contains(row.key())) {
          computed.addAndGet(row.ids().length);
          count(row.ids().length, 0);
        } else {
          submit(row);
        }
      }
      RowSamples.Outcome outcome = outstanding == 0 ? null : outcomes.poll(1, TimeUnit.SECONDS);
      if (outcome == null) {
        results.idle();
        engine.check();
      } else {
        outstanding--;
        write(outcome);
      }
      counter.begun(begun.getAndSet(0));
      counter.computed(computed.getAndSet(0));
      counter.copied(copied.getAndSet(0));
    }
    return done;
  }

  private int window() {
    return results.oneAtATime() ? 1 : window(engine);
  }

  /**
   * Returns the number of a task's rows that an engine has at once, so that a single task can keep
   * it busy.
   */
  static int window(EngineLease engine) {
    return Math.max(LEAST_WINDOW, 2 * engine.slots());
  }

  private void submit(PendingRow row) throws InterruptedException {
    try {
      results.begin(row.key());
      RowTask task = tasks.find(row);
      requireRoom(row.ids().length + task.longestAnswer());
      submit(row, task);
    } catch (RowException e) {
      fail(row.key(), e, false);
    }
  }

  private void requireRoom(int needed) {
    if (needed > engine.maxTokens()) {
      throw new RowException(
          "prompt and answer need " + needed + " tokens, the engine holds " + engine.maxTokens());
    }
  }

  private void submit(PendingRow row, RowTask task) {
    submit(
        task,
        new RowSamples(
            row,
            task,
            begun::incrementAndGet,
            computed::addAndGet,
            copied::addAndGet,
            outcomes::add));
  }

  /** Continues with a row whose prompt is counted already. */
  private void goOn(PendingRow row, RowTask next) {
    submit(next, new RowSamples(row, next, () -> {}, tokens -> {}, tokens -> {}, outcomes::add));
  }

  private void submit(RowTask task, RowSamples samples) {
    outstanding++;
    for (int sample = 0; sample < task.samples(); sample++) {
      engine.submit(samples.request(sample));
    }
  }

  private void write(RowSamples.Outcome outcome) {
    String key = outcome.row().key();
    if (outcome.failure() instanceof RowException reason) {
      fail(key, reason, true);
      return;
    }
    if (outcome.failure() != null) {
      throw EngineLease.failure(outcome.failure());
    }
    outcome.task().share(outcome.completions()).ifPresent(counter::labelled);
    Optional<RowTask> next = outcome.task().next(outcome.completions());
    if (next.isPresent()) {
      goOn(outcome.row(), next.get());
      return;
    }
    Result result = outcome.task().result(key, outcome.completions());
    results.append(result);
    count(outcome.row().ids().length, result.completionTokens());
  }

  private void fail(String key, RowException reason, boolean tried) {
    results.append(Result.failed(key, reason.getMessage()));
    if (logged < MOST_LOGGED) {
      logged++;
      Event.of("row_failed").with("key", key).with("reason", reason.getMessage()).log();
    }
    done++;
    counter.failed(reason.getMessage(), tried);
  }

  private void count(int prompt, int tokens) {
    done++;
    counter.row(prompt, tokens);
  }
}
