package io.herd.job.sql;

import java.util.function.UnaryOperator;
import scala.runtime.AbstractPartialFunction;

/** A change of every node of a tree, as Catalyst wants it. */
final class Each<T> extends AbstractPartialFunction<T, T> {
  private final UnaryOperator<T> change;

  Each(UnaryOperator<T> change) {
    this.change = change;
  }

  @Override
  public boolean isDefinedAt(T node) {
    return true;
  }

  @Override
  public T apply(T node) {
    return change.apply(node);
  }
}
