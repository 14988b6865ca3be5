package io.herd.udfs.template.syntax;

import java.util.List;

/** An expression. */
public sealed interface Expr extends Node {
  Span at();

  <T> T accept(Visitor<T> visitor);

  /** Visits each kind of expression. */
  interface Visitor<T> {
    T constant(Constant node);

    T name(Name node);

    T tuple(TupleOf node);

    T list(ListOf node);

    T dict(DictOf node);

    T attribute(Attribute node);

    T item(Item node);

    T slice(Slice node);

    T call(Invocation node);

    T filter(Filter node);

    T test(Test node);

    T unary(Unary node);

    T binary(Binary node);

    T logical(Logical node);

    T comparison(Comparison node);

    T concat(Concat node);

    T conditional(Conditional node);
  }

  /** A text, a number, true, false or none. */
  record Constant(Object value, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return List.of();
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.constant(this);
    }
  }

  /** A variable that is read. */
  record Name(String name, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return List.of();
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.name(this);
    }
  }

  /** {@code a, b}. */
  record TupleOf(List<Expr> items, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return Node.all(items);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.tuple(this);
    }
  }

  /** {@code [a, b]}. */
  record ListOf(List<Expr> items, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return Node.all(items);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.list(this);
    }
  }

  /** {@code {a: b}}. */
  record DictOf(List<Pair> pairs, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return Node.all(pairs);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.dict(this);
    }
  }

  /** An entry of a dict. */
  record Pair(Expr key, Expr value) implements Node {
    @Override
    public List<Node> children() {
      return List.of(key, value);
    }
  }

  /** {@code a.b}. */
  record Attribute(Expr of, String name, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return List.of(of);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.attribute(this);
    }
  }

  /** {@code a[b]}. */
  record Item(Expr of, Expr index, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return List.of(of, index);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.item(this);
    }
  }

  /** {@code from:to:step} within brackets; each may be null. */
  record Slice(Expr from, Expr to, Expr step, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return Node.all(from, to, step);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.slice(this);
    }
  }

  /** {@code a(...)}. */
  record Invocation(Expr of, Call.Arguments arguments, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return List.of(of, arguments);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.call(this);
    }
  }

  /** {@code a | name(...)}; without a value in filter blocks. */
  record Filter(Expr value, String name, Call.Arguments arguments, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return Node.all(value, arguments);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.filter(this);
    }
  }

  /** {@code a is name(...)}. */
  record Test(Expr value, String name, Call.Arguments arguments, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return List.of(value, arguments);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.test(this);
    }
  }

  /** {@code not a}, {@code -a}, {@code +a}. */
  record Unary(String operator, Expr value, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return List.of(value);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.unary(this);
    }
  }

  /** Arithmetic. */
  record Binary(String operator, Expr left, Expr right, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return List.of(left, right);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.binary(this);
    }
  }

  /** {@code a and b}, {@code a or b}, which give one of the two. */
  record Logical(boolean and, Expr left, Expr right, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return List.of(left, right);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.logical(this);
    }
  }

  /** {@code a < b < c}. */
  record Comparison(Expr first, List<Operand> others, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return Node.all(first, others);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.comparison(this);
    }
  }

  /** The right side of a comparison. */
  record Operand(String operator, Expr value) implements Node {
    @Override
    public List<Node> children() {
      return List.of(value);
    }
  }

  /** {@code a ~ b}. */
  record Concat(List<Expr> parts, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return Node.all(parts);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.concat(this);
    }
  }

  /** {@code a if test else b}; otherwise may be null. */
  record Conditional(Expr test, Expr then, Expr otherwise, Span at) implements Expr {
    @Override
    public List<Node> children() {
      return Node.all(test, then, otherwise);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.conditional(this);
    }
  }
}
