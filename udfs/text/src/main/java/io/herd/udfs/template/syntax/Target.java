package io.herd.udfs.template.syntax;

import java.util.List;

/** The target of an assignment. */
public sealed interface Target extends Node {
  Span at();

  /** A variable. */
  record Variable(String name, Span at) implements Target {
    @Override
    public List<Node> children() {
      return List.of();
    }
  }

  /** An attribute of a namespace: {@code ns.x}. */
  record Attribute(Expr.Name namespace, String name, Span at) implements Target {
    @Override
    public List<Node> children() {
      return List.of(namespace);
    }
  }

  /** Several at once: {@code a, b}. */
  record Several(List<Target> targets, Span at) implements Target {
    @Override
    public List<Node> children() {
      return Node.all(targets);
    }
  }
}
