package io.herd.udfs.template.syntax;

import java.util.List;

/** A statement, or text. */
public sealed interface Stmt extends Node {
  <T> T accept(Visitor<T> visitor);

  /** Visits each kind of statement. */
  interface Visitor<T> {
    T data(Data node);

    T print(Print node);

    T conditional(If node);

    T loop(For node);

    T leave(Leave node);

    T assign(Assign node);

    T capture(Capture node);

    T with(With node);

    T macro(Macro node);

    T callBlock(CallBlock node);

    T filterBlock(FilterBlock node);

    T autoescape(Autoescape node);

    T block(Block node);

    T generation(Generation node);
  }

  /** The template's own text. */
  record Data(String text) implements Stmt {
    @Override
    public List<Node> children() {
      return List.of();
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.data(this);
    }
  }

  /** {@code {{ value }}}. */
  record Print(Expr value) implements Stmt {
    @Override
    public List<Node> children() {
      return List.of(value);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.print(this);
    }
  }

  /** {@code if} with its {@code elif}s and its {@code else}. */
  record If(List<Branch> branches, List<Stmt> otherwise) implements Stmt {
    @Override
    public List<Node> children() {
      return Node.all(branches, otherwise);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.conditional(this);
    }
  }

  /** {@code if test} or {@code elif test}. */
  record Branch(Expr test, List<Stmt> body) implements Node {
    @Override
    public List<Node> children() {
      return Node.all(test, body);
    }
  }

  /** {@code for target in items if test}; the test may be null. */
  record For(
      Target target,
      Expr items,
      Expr test,
      boolean recursive,
      List<Stmt> body,
      List<Stmt> otherwise)
      implements Stmt {
    @Override
    public List<Node> children() {
      return Node.all(target, items, test, body, otherwise);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.loop(this);
    }
  }

  /** {@code break} or {@code continue}. */
  record Leave(boolean whole) implements Stmt {
    @Override
    public List<Node> children() {
      return List.of();
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.leave(this);
    }
  }

  /** {@code set target = value}. */
  record Assign(Target target, Expr value) implements Stmt {
    @Override
    public List<Node> children() {
      return List.of(value, target);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.assign(this);
    }
  }

  /** {@code set target}...{@code endset}; the filter may be null. */
  record Capture(Target target, Expr filter, List<Stmt> body) implements Stmt {
    @Override
    public List<Node> children() {
      return Node.all(target, filter, body);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.capture(this);
    }
  }

  /** {@code with a = b}...{@code endwith}. */
  record With(List<Target> targets, List<Expr> values, List<Stmt> body) implements Stmt {
    @Override
    public List<Node> children() {
      return Node.all(values, targets, body);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.with(this);
    }
  }

  /** A macro; its name is a variable. */
  record Macro(Target.Variable name, Signature signature, List<Stmt> body) implements Stmt {
    @Override
    public List<Node> children() {
      return Node.all(name, signature, body);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.macro(this);
    }
  }

  /** {@code call f(...)}...{@code endcall}: {@code caller} returns the body's text. */
  record CallBlock(Signature signature, Expr.Invocation call, List<Stmt> body) implements Stmt {
    @Override
    public List<Node> children() {
      return Node.all(call, signature, body);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.callBlock(this);
    }
  }

  /** {@code filter f}...{@code endfilter}. */
  record FilterBlock(Expr filter, List<Stmt> body) implements Stmt {
    @Override
    public List<Node> children() {
      return Node.all(filter, body);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.filterBlock(this);
    }
  }

  /** {@code autoescape true}...{@code endautoescape}. */
  record Autoescape(boolean on, List<Stmt> body) implements Stmt {
    @Override
    public List<Node> children() {
      return Node.all(body);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.autoescape(this);
    }
  }

  /** A named block, which can't be overridden here. */
  record Block(String name, boolean scoped, List<Stmt> body) implements Stmt {
    @Override
    public List<Node> children() {
      return Node.all(body);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.block(this);
    }
  }

  /**
   * The text that the model is trained to write, marked by transformers' tag; it changes nothing.
   */
  record Generation(List<Stmt> body) implements Stmt {
    @Override
    public List<Node> children() {
      return Node.all(body);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.generation(this);
    }
  }
}
