package io.herd.udfs.model;

import io.herd.udfs.sample.LabelTokens;
import java.util.List;

/**
 * A causal language model with a KV cache of rows, as the engine drives it. Confined to one thread.
 *
 * <p>Prompts are whole, the shared prefix included; {@code shared} says how many of their first
 * tokens are those of {@link #share}.
 */
public interface CausalModel extends AutoCloseable {
  ModelSpec spec();

  /** Computes the prefix that following prompts share, in place of the one before; may be empty. */
  void share(int[] prefix);

  /**
   * Makes the cache hold at least {@code rows} rows of {@code capacity} tokens; the first {@code
   * live} rows keep their content. It may take more rows at once, up to {@code mostRows}.
   */
  void reserve(int live, int rows, int capacity, int mostRows);

  /** Computes prompts into rows {@code firstRow}, ... and picks the token after each. */
  int[] prefill(int firstRow, List<int[]> prompts, int shared, Picking picking);

  /** Feeds one token per row, rows 0, 1, ..., at its position, and picks the token after each. */
  int[] decode(int[] ids, int[] positions, Picking picking);

  /** Copies a row of the cache. */
  void move(int source, int target);

  /** Log-probabilities of labels after each prompt: {@code [prompts][labels]}. */
  double[][] score(int firstRow, List<int[]> prompts, int shared, LabelTokens labels);

  @Override
  void close();
}
