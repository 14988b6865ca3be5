package io.herd.udfs.partition;

import io.herd.udfs.Event;
import io.herd.udfs.RowException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.Request;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.ResultKey;
import io.herd.udfs.runtime.EngineLease;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One task's side of the engine: keeps a window of its rows in the engine's queue and hands on what
 * comes back, in whatever order that is.
 */
final class TaskLoop {
  /** Enough for the scheduler to find rows of like length, few enough to be fair to other tasks. */
  private static final int LEAST_WINDOW = 256;

  /** Failed rows that a task logs; the output has all of them. */
  private static final int MOST_LOGGED = 100;

  /** Follows rows from their beginning to their results; called on the task's thread. */
  interface Sink {
    /** Whether a row may only be begun while no other row of the task is in work. */
    default boolean oneAtATime() {
      return false;
    }

    /**
     * A row is begun.
     *
     * @throws RowException when it must not be, and has failed by that
     */
    default void begin(String key) throws InterruptedException {}

    /** A row is done, or has failed. */
    void append(Result result);

    /** Called at least every second while there is nothing to append. */
    default void idle() {}
  }

  private record Outcome(
      String key, int prompt, RowTask task, List<Completion> completions, Throwable failure) {}

  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final EngineLease engine;
  private final RowTask.Finder tasks;
  private final Sink results;
  private final RowCounter counter;
  private final AtomicLong begun = new AtomicLong(); // the engine's threads count them
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
   * Works through the rows.
   *
   * @param finished keys that an earlier attempt has written
   * @return rows done
   */
  long run(Iterator<PendingRow> rows, Set<String> finished) throws InterruptedException {
    while (rows.hasNext() || outstanding > 0) {
      while (outstanding < window() && rows.hasNext()) {
        PendingRow row = rows.next();
        if (finished.contains(row.key())) {
          count(row.ids().length, 0);
        } else {
          submit(row);
        }
      }
      Outcome outcome = outstanding == 0 ? null : outcomes.poll(1, TimeUnit.SECONDS);
      if (outcome == null) {
        results.idle();
        engine.check();
      } else {
        outstanding--;
        write(outcome);
      }
      counter.begun(begun.getAndSet(0));
    }
    return done;
  }

  private int window() {
    return results.oneAtATime() ? 1 : window(engine);
  }

  /** Rows of one task that an engine has at hand, so that it is busy with one task alone, too. */
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
    outstanding++;
    Samples samples = new Samples(row.key(), row.ids().length, task);
    for (int sample = 0; sample < task.samples(); sample++) {
      long drawKey = ResultKey.drawKey(row.key(), sample);
      engine.submit(new Request(row.ids(), drawKey, task.group(), samples.listener(sample)));
    }
  }

  /** A prompt's completions as they come, on the threads of the engine's lanes. */
  private final class Samples {
    private final String key;
    private final int prompt;
    private final RowTask task;
    private final Completion[] completions;
    private final AtomicInteger missing; // who counts down sees what was set before
    private volatile Throwable failure;

    Samples(String key, int prompt, RowTask task) {
      this.key = key;
      this.prompt = prompt;
      this.task = task;
      this.completions = new Completion[task.samples()];
      this.missing = new AtomicInteger(completions.length);
    }

    Request.Listener listener(int sample) {
      return new Request.Listener() {
        @Override
        public void begun() {
          begun.addAndGet(sample == 0 ? 1 : 0);
        }

        @Override
        public void completed(Completion completion) {
          completions[sample] = completion;
          arrived();
        }

        @Override
        public void failed(Throwable cause) {
          failure = cause;
          arrived();
        }
      };
    }

    private void arrived() {
      if (missing.decrementAndGet() == 0) {
        List<Completion> all = failure == null ? List.of(completions) : List.of();
        outcomes.add(new Outcome(key, prompt, task, all, failure));
      }
    }
  }

  private void write(Outcome outcome) {
    if (outcome.failure() instanceof RowException row) {
      fail(outcome.key(), row, true);
      return;
    }
    if (outcome.failure() != null) {
      throw EngineLease.failure(outcome.failure());
    }
    Result result = outcome.task().result(outcome.key(), outcome.completions());
    results.append(result);
    count(outcome.prompt(), result.completionTokens());
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
