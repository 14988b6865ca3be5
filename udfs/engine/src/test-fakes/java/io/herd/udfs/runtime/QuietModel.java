package io.herd.udfs.runtime;

import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.Rope;
import io.herd.udfs.model.SampledTokens;
import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Start;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/** A model that writes token 0 for ever; tests override what is to go wrong. */
public class QuietModel implements CausalModel {
  @Override
  public ModelSpec spec() {
    Rope rope = new Rope(1, new Rope.None());
    return new ModelSpec(1, 1, 1, 2, 2, 2, 9, 1e-5, rope, 64, true, Set.of(), 0, null);
  }

  @Override
  public SampledTokens prefill(
      int capacity, int firstRow, List<int[]> prompts, Start start, SamplingBatch sampling) {
    return SampledTokens.of(new int[prompts.size()]);
  }

  @Override
  public SampledTokens decode(
      SortedMap<Integer, Integer> rows,
      int[] lengths,
      int[] ids,
      int[] positions,
      SamplingBatch sampling) {
    return SampledTokens.of(new int[ids.length]);
  }

  @Override
  public double[][] score(
      int capacity, int firstRow, List<int[]> prompts, Start start, LabelTokens labels) {
    return new double[prompts.size()][labels.count()];
  }

  @Override
  public void share(int number, int[] prefix, Start base) {}

  @Override
  public void drop(List<Integer> prefixes) {}

  @Override
  public void reserve(SortedMap<Integer, Integer> live, int capacity, int rows, long kvTokens) {}

  @Override
  public void forget() {}

  @Override
  public void move(Move move) {}

  @Override
  public void close() {}
}
