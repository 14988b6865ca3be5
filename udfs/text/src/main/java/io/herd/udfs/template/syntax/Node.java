package io.herd.udfs.template.syntax;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A part of a template's tree. */
public sealed interface Node
    permits Expr,
        Stmt,
        Target,
        Call.Arguments,
        Call.Named,
        Signature,
        Expr.Pair,
        Expr.Operand,
        Stmt.Branch {

  /** Returns the child nodes, in the order of the source. */
  List<Node> children();

  /** Visits this node and all nodes within it. */
  default void walk(Consumer<Node> visitor) {
    visitor.accept(this);
    children().forEach(child -> child.walk(visitor));
  }

  /** Flattens nodes, some of which may be null, and lists of nodes. */
  static List<Node> all(Object... parts) {
    List<Node> all = new ArrayList<>();
    Stream.of(parts)
        .filter(Objects::nonNull)
        .flatMap(part -> part instanceof Collection<?> many ? many.stream() : Stream.of(part))
        .forEach(node -> all.add((Node) node));
    return all;
  }
}
