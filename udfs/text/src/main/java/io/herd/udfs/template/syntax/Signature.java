package io.herd.udfs.template.syntax;

import java.util.List;

/**
 * The parameters of a macro or of a call block.
 *
 * @param defaults of the last parameters
 */
public record Signature(List<Target.Variable> parameters, List<Expr> defaults) implements Node {
  public static final Signature NONE = new Signature(List.of(), List.of());

  @Override
  public List<Node> children() {
    return Node.all(parameters, defaults);
  }

  /** Returns the default of a parameter, or null. */
  public Expr defaultOf(int parameter) {
    int index = parameter - parameters.size() + defaults.size();
    return index < 0 ? null : defaults.get(index);
  }
}
