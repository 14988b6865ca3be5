package io.herd.udfs.runtime;

import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.SampledTokens;
import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Start;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Supplier;

/** A model whose calls are measured by a {@link StepWatch}. */
final class TimedModel implements CausalModel {
  private final CausalModel model;
  private final StepWatch watch;

  TimedModel(CausalModel model, StepWatch watch) {
    this.model = model;
    this.watch = watch;
  }

  private <T> T timed(String kind, Supplier<T> call) {
    watch.begin(kind);
    try {
      return call.get();
    } finally {
      watch.end();
    }
  }

  private void timed(String kind, Runnable call) {
    timed(
        kind,
        () -> {
          call.run();
          return null;
        });
  }

  @Override
  public ModelSpec spec() {
    return model.spec();
  }

  @Override
  public int passTokens() {
    return model.passTokens();
  }

  @Override
  public int inPlaceStep() {
    return model.inPlaceStep();
  }

  @Override
  public void share(int number, int[] prefix, Start base) {
    timed("share", () -> model.share(number, prefix, base));
  }

  @Override
  public void drop(List<Integer> prefixes) {
    timed("drop", () -> model.drop(prefixes));
  }

  @Override
  public void reserve(SortedMap<Integer, Integer> live, int capacity, int rows, long kvTokens) {
    timed("reserve", () -> model.reserve(live, capacity, rows, kvTokens));
  }

  @Override
  public SampledTokens prefill(
      int capacity, int firstRow, List<int[]> prompts, Start start, SamplingBatch sampling) {
    return timed("prefill", () -> model.prefill(capacity, firstRow, prompts, start, sampling));
  }

  @Override
  public SampledTokens decode(
      SortedMap<Integer, Integer> rows,
      int[] lengths,
      int[] ids,
      int[] positions,
      SamplingBatch sampling) {
    return timed("decode", () -> model.decode(rows, lengths, ids, positions, sampling));
  }

  @Override
  public void forget() {
    timed("forget", model::forget);
  }

  @Override
  public void move(Move move) {
    timed("move", () -> model.move(move));
  }

  @Override
  public double[][] score(
      int capacity, int firstRow, List<int[]> prompts, Start start, LabelTokens labels) {
    return timed("score", () -> model.score(capacity, firstRow, prompts, start, labels));
  }

  @Override
  public void close() {
    model.close();
  }
}
