package io.herd.udfs.partition;

import java.util.Iterator;
import java.util.function.Function;

/** Applies a function lazily to each element of an iterator. */
public record Mapped<A, B>(Iterator<A> source, Function<A, B> function) implements Iterator<B> {
  @Override
  public boolean hasNext() {
    return source.hasNext();
  }

  @Override
  public B next() {
    return function.apply(source.next());
  }
}
