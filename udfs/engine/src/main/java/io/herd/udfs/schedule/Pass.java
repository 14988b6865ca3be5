package io.herd.udfs.schedule;

import java.util.List;

/**
 * What the engine does next: a pass through the model, or a move within the KV cache. Rows are
 * those of an arena, the part of the KV cache whose rows hold {@code capacity} tokens; live rows
 * are always its first ones.
 */
public sealed interface Pass<S extends Sequence> {

  /**
   * What prompts begin with is computed, for their rows to copy. No row of {@code capacity} is
   * added by it.
   *
   * @param number of the prefix from now on
   * @param ids all of its tokens
   * @param base a prefix that it begins as, and isn't computed again
   */
  record Share<S extends Sequence>(int capacity, int number, int[] ids, Start base)
      implements Pass<S> {}

  /** Prompts enter rows {@code firstRow}, {@code firstRow + 1}, ... of an arena. */
  record Prefill<S extends Sequence>(int capacity, int firstRow, Start start, List<S> batch)
      implements Pass<S> {}

  /** Prompts enter rows of an arena for one pass, after which the rows are free again. */
  record Score<S extends Sequence>(int capacity, int firstRow, Start start, List<S> batch)
      implements Pass<S> {}

  /** A row has become too long for its arena, and these moves bring it into a longer one. */
  record Grow<S extends Sequence>(List<Move> moves) implements Pass<S> {}

  /** Every live row gets its next token. */
  record Decode<S extends Sequence>(List<Arena<S>> arenas) implements Pass<S> {}

  /** Nothing to do. */
  record Idle<S extends Sequence>() implements Pass<S> {}
}
