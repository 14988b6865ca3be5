package io.herd.udfs.schedule;

import java.util.List;

/**
 * What the engine does next: a pass through the model, or a move within the KV cache. Rows are
 * those of an arena, the part of the KV cache whose rows hold {@code capacity} tokens; live rows
 * are always its first ones.
 */
public sealed interface Pass<S extends Sequence> {

  /** Prompts enter rows {@code firstRow}, {@code firstRow + 1}, ... of an arena. */
  record Prefill<S extends Sequence>(int capacity, int firstRow, List<S> batch)
      implements Pass<S> {}

  /** Prompts enter rows of an arena for one pass, after which the rows are free again. */
  record Score<S extends Sequence>(int capacity, int firstRow, List<S> batch) implements Pass<S> {}

  /** A row has become too long for its arena, and these moves bring it into a longer one. */
  record Grow<S extends Sequence>(List<Move> moves) implements Pass<S> {}

  /** Every live row gets its next token. */
  record Decode<S extends Sequence>(List<Arena<S>> arenas) implements Pass<S> {}

  /** Nothing to do. */
  record Idle<S extends Sequence>() implements Pass<S> {}
}
