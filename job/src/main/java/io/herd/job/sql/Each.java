package io.herd.job.sql;

import java.util.function.UnaryOperator;
import scala.runtime.AbstractPartialFunction;

/** A function over every node of a tree, in the form that Catalyst needs. */
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
