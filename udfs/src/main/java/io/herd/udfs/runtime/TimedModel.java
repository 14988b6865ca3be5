package io.herd.udfs.runtime;

import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.Picked;
import io.herd.udfs.model.Picking;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Move;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A model that knows how long it has computed; any thread may ask. */
final class TimedModel implements CausalModel {
  private final CausalModel model;
  private final AtomicLong nanos = new AtomicLong();

  TimedModel(CausalModel model) {
    this.model = model;
  }

  /** Time spent in the model until the end of its last call. */
  long nanos() {
    return nanos.get();
  }

  private <T> T timed(Supplier<T> call) {
    long begin = System.nanoTime();
    try {
      return call.get();
    } finally {
      nanos.addAndGet(System.nanoTime() - begin);
    }
  }

  private void timed(Runnable call) {
    timed(
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
  public void share(int[] prefix) {
    timed(() -> model.share(prefix));
  }

  @Override
  public void reserve(SortedMap<Integer, Integer> live, int capacity, int rows, long kvTokens) {
    timed(() -> model.reserve(live, capacity, rows, kvTokens));
  }

  @Override
  public Picked prefill(
      int capacity, int firstRow, List<int[]> prompts, int shared, Picking picking) {
    return timed(() -> model.prefill(capacity, firstRow, prompts, shared, picking));
  }

  @Override
  public Picked decode(
      SortedMap<Integer, Integer> rows, int[] ids, int[] positions, Picking picking) {
    return timed(() -> model.decode(rows, ids, positions, picking));
  }

  @Override
  public void forget() {
    timed(model::forget);
  }

  @Override
  public void move(Move move) {
    timed(() -> model.move(move));
  }

  @Override
  public double[][] score(
      int capacity, int firstRow, List<int[]> prompts, int shared, LabelTokens labels) {
    return timed(() -> model.score(capacity, firstRow, prompts, shared, labels));
  }

  @Override
  public void close() {
    model.close();
  }
}
