package io.herd.udfs.template.syntax;

import java.util.List;

/** The part between the parentheses of a call. */
public final class Call {
  /** No arguments. */
  public static final Arguments NONE = new Arguments(List.of(), List.of(), null, null);

  private Call() {}

  /**
   * Arguments.
   *
   * @param rest of {@code *rest}, or null
   * @param namedRest of {@code **rest}, or null
   */
  public record Arguments(List<Expr> positional, List<Named> named, Expr rest, Expr namedRest)
      implements Node {
    @Override
    public List<Node> children() {
      return Node.all(positional, named, rest, namedRest);
    }
  }

  /** {@code name=value}. */
  public record Named(String name, Expr value) implements Node {
    @Override
    public List<Node> children() {
      return List.of(value);
    }
  }
}
