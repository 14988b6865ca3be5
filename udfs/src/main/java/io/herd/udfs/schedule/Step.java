package io.herd.udfs.schedule;

import java.util.List;

/** The next forward pass. Rows are those of the KV cache; live rows are always the first ones. */
public sealed interface Step<S extends Sequence> {

  /**
   * Prompts enter rows {@code firstRow}, {@code firstRow + 1}, ...
   *
   * @param capacity tokens that each row of the cache must hold, for these and all live rows
   */
  record Prefill<S extends Sequence>(int firstRow, List<S> batch, int capacity)
      implements Step<S> {}

  /** As {@link Prefill}, but the rows are free again after the pass. */
  record Score<S extends Sequence>(int firstRow, List<S> batch, int capacity) implements Step<S> {}

  /** Every live row gets its next token; row i belongs to the i-th sequence. */
  record Decode<S extends Sequence>(List<S> rows) implements Step<S> {}

  /** Nothing to do. */
  record Idle<S extends Sequence>() implements Step<S> {}
}
