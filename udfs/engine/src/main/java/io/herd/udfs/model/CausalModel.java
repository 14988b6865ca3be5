package io.herd.udfs.model;

import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Start;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * A causal language model with a KV cache, as the engine drives it. Confined to one thread.
 *
 * <p>The cache consists of arenas. An arena is known by its capacity, the tokens that each of its
 * rows holds.
 *
 * <p>Prompts are complete; {@code start} says how many of their first tokens are those of a prefix
 * that {@link #share} has computed.
 */
public interface CausalModel extends AutoCloseable {
  ModelSpec spec();

  /** Returns the number of tokens whose cost equals the fixed cost of a decode pass. */
  default int passTokens() {
    return TorchDevice.cpu().passTokens();
  }

  /**
   * Returns the step of tokens in which rows read a prefix where it lies ({@link Start#inPlace}); 0
   * where they copy it. Such a prefix is kept as long as rows read it.
   */
  default int inPlaceStep() {
    return 0;
  }

  /**
   * Computes a prefix, and keeps it beside the arenas.
   *
   * @param number of it, from 1 on
   * @param base a prefix that it begins as, and isn't computed again
   */
  void share(int number, int[] prefix, Start base);

  /** Drops prefixes, by their numbers. */
  void drop(List<Integer> prefixes);

  /**
   * Ensures that an arena has at least {@code rows} rows. The first ones of each arena, as many as
   * {@code live} says, keep their content; others may be given up to stay within {@code kvTokens}.
   */
  void reserve(SortedMap<Integer, Integer> live, int capacity, int rows, long kvTokens);

  /**
   * Computes prompts into an arena's rows from {@code firstRow} and samples the token after each.
   */
  SampledTokens prefill(
      int capacity, int firstRow, List<int[]> prompts, Start start, SamplingBatch sampling);

  /** Feeds one token per row at its position, and samples the token after each. */
  default SampledTokens decode(
      SortedMap<Integer, Integer> rows, int[] ids, int[] positions, SamplingBatch sampling) {
    int[] lengths = new int[ids.length];
    Arrays.fill(lengths, 1);
    return decode(rows, lengths, ids, positions, sampling);
  }

  /**
   * Feeds tokens to rows at their positions, each row's tokens one after the other, and samples the
   * token after each. What a row has beyond its last one is left to be overwritten.
   *
   * @param rows for each capacity, how many of its first rows; what follows is in this order
   * @param lengths tokens of each row, 1 or more
   */
  SampledTokens decode(
      SortedMap<Integer, Integer> rows,
      int[] lengths,
      int[] ids,
      int[] positions,
      SamplingBatch sampling);

  /** Frees the cache's memory, including prefixes. */
  void forget();

  /** Copies a row over another, as far as both have room. */
  void move(Move move);

  /**
   * Returns the log-probabilities of labels after each prompt: {@code [prompts][labels]}. The
   * prompts take rows as for {@link #prefill}.
   */
  double[][] score(
      int capacity, int firstRow, List<int[]> prompts, Start start, LabelTokens labels);

  @Override
  void close();
}
