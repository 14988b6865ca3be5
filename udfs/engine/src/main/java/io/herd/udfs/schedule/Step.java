package io.herd.udfs.schedule;

import java.util.List;

/**
 * The next thing to do. Rows are those of an arena, the part of the KV cache whose rows hold {@code
 * capacity} tokens; live rows are always its first ones.
 */
public sealed interface Step<S extends Sequence> {

  /** Prompts enter rows {@code firstRow}, {@code firstRow + 1}, ... of an arena. */
  record Prefill<S extends Sequence>(int capacity, int firstRow, List<S> batch)
      implements Step<S> {}

  /** As {@link Prefill}, but the rows are free again after the pass. */
  record Score<S extends Sequence>(int capacity, int firstRow, List<S> batch) implements Step<S> {}

  /** A row has become too long for its arena, and these moves bring it into a longer one. */
  record Grow<S extends Sequence>(List<Move> moves) implements Step<S> {}

  /** Every live row gets its next token. */
  record Decode<S extends Sequence>(List<Arena<S>> arenas) implements Step<S> {}

  /** Nothing to do. */
  record Idle<S extends Sequence>() implements Step<S> {}
}
