package io.herd.udfs.partition;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.Request;
import io.herd.udfs.results.ResultKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Collects the completions of one row, which arrive on the threads of the engine's lanes. */
final class RowSamples {
  /**
   * A row with its completions.
   *
   * @param completions one for each sample, or none after a failure
   * @param failure of a sample, or null
   */
  record Outcome(PendingRow row, RowTask task, List<Completion> completions, Throwable failure) {}

  private final PendingRow row;
  private final RowTask task;
  private final Runnable begun;
  private final LongConsumer computed;
  private final LongConsumer copied;
  private final Consumer<Outcome> done;
  private final Completion[] completions;
  private final AtomicInteger missing; // the thread that counts down to 0 sees all completions
  private volatile Throwable failure;

  /**
   * Creates the collector for a row whose requests aren't submitted yet.
   *
   * @param begun called when the engine begins with the row
   * @param computed gets the tokens of each pass; of the prompt, which samples have in common, once
   * @param copied gets what {@link Request.Listener#copied} does, of all samples
   * @param done gets the outcome when the last sample is there
   */
  RowSamples(
      PendingRow row,
      RowTask task,
      Runnable begun,
      LongConsumer computed,
      LongConsumer copied,
      Consumer<Outcome> done) {
    this.row = row;
    this.task = task;
    this.begun = begun;
    this.computed = computed;
    this.copied = copied;
    this.done = done;
    this.completions = new Completion[task.samples()];
    this.missing = new AtomicInteger(completions.length);
  }

  /** Returns the request for one sample, from 0. */
  Request request(int sample) {
    long drawKey = ResultKey.drawKey(row.key(), sample);
    return new Request(task.ids(row), drawKey, task.group(), listener(sample));
  }

  private Request.Listener listener(int sample) {
    return new Request.Listener() {
      @Override
      public void begun() {
        if (sample == 0) {
          begun.run();
        }
      }

      @Override
      public void computed(int promptTokens, int newTokens) {
        computed.accept((sample == 0 ? promptTokens : 0) + newTokens);
      }

      @Override
      public void copied(int tokens) {
        copied.accept(tokens);
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
      done.accept(new Outcome(row, task, all, failure));
    }
  }
}
