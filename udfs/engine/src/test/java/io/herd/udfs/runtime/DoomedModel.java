package io.herd.udfs.runtime;

import io.herd.udfs.model.SampledTokens;
import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Start;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;

/** Prefills when it is let, then loses its device. */
final class DoomedModel extends QuietModel {
  final Error lost = new Error("device lost");
  final CountDownLatch entered = new CountDownLatch(1);
  final CountDownLatch go = new CountDownLatch(1);
  final CountDownLatch closed = new CountDownLatch(1);

  @Override
  public SampledTokens prefill(
      int capacity, int firstRow, List<int[]> prompts, Start start, SamplingBatch sampling) {
    entered.countDown();
    try {
      go.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return SampledTokens.of(new int[prompts.size()]);
  }

  @Override
  public SampledTokens decode(
      SortedMap<Integer, Integer> rows,
      int[] lengths,
      int[] ids,
      int[] positions,
      SamplingBatch sampling) {
    throw lost;
  }

  @Override
  public double[][] score(
      int capacity, int firstRow, List<int[]> prompts, Start start, LabelTokens labels) {
    throw lost;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
