package io.herd.udfs.template.syntax;

import io.herd.udfs.template.syntax.Token.Kind;
import io.herd.udfs.template.values.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses the names in assignments, loops and signatures. */
final class TargetParser {
  private static final Set<String> CONSTANTS =
      Set.of("true", "false", "none", "True", "False", "None");

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  TargetParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** A variable. */
  Target.Variable variable() {
    Token name = tokens.expect(Kind.NAME);
    if (CONSTANTS.contains(name.text())) {
      throw new Problem("`" + name.text() + "` can't be assigned to", name.at());
    }
    return new Target.Variable(name.text(), name.at());
  }

  /**
   * One or several variables.
   *
   * @param namespaces whether attributes of namespaces are allowed
   * @param end the name that follows, or null
   */
  Target target(boolean namespaces, String end) {
    Span start = tokens.current().at();
    List<Target> targets = new ArrayList<>();
    boolean several = false;
    while (!ends(end)) {
      targets.add(one(namespaces));
      if (!tokens.skipOperator(",")) {
        break;
      }
      several = true;
    }
    if (!several && targets.size() == 1) {
      return targets.get(0);
    }
    if (!several) {
      throw tokens.unexpected("a variable");
    }
    return new Target.Several(targets, tokens.since(start));
  }

  private boolean ends(String end) {
    Token token = tokens.current();
    return token.is(Kind.BLOCK_END) || token.isOperator(")") || (end != null && token.isName(end));
  }

  private Target one(boolean namespaces) {
    Span start = tokens.current().at();
    if (tokens.skipOperator("(")) {
      Target inner =
          tokens.current().isOperator(")")
              ? new Target.Several(List.of(), start)
              : target(false, null);
      tokens.expectOperator(")");
      return inner;
    }
    if (namespaces && tokens.look().isOperator(".") && tokens.current().is(Kind.NAME)) {
      Token name = tokens.next();
      tokens.next();
      String attribute = tokens.expect(Kind.NAME).text();
      Span at = tokens.since(start);
      return new Target.Attribute(new Expr.Name(name.text(), name.at()), attribute, at);
    }
    return variable();
  }

  Signature signature() {
    List<Target.Variable> parameters = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.current().isOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      parameters.add(variable());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.unexpected("a default, as the parameter before has one");
      }
    }
    tokens.expectOperator(")");
    return new Signature(parameters, defaults);
  }
}
