package io.herd.udfs.schedule;

import java.util.List;

/**
 * The engine's next action: a pass through the model, or a move within the KV cache. Rows are those
 * of an arena, the part of the KV cache whose rows hold {@code capacity} tokens; live rows are
 * always its first ones.
 */
public sealed interface Pass<S extends Sequence> {

  /**
   * Computes a shared prefix, for rows to copy. No row of {@code capacity} is added by it.
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

  /** Moves a row that has become too long for its arena to a longer one. */
  record Grow<S extends Sequence>(List<Move> moves) implements Pass<S> {}

  /** Generates the next token of every live row. */
  record Decode<S extends Sequence>(List<Arena<S>> arenas) implements Pass<S> {}

  /** Nothing to do. */
  record Idle<S extends Sequence>() implements Pass<S> {}
}
