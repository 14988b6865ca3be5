package io.herd.udfs.template.syntax;

import io.herd.udfs.template.syntax.Token.Kind;
import io.herd.udfs.template.values.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses expressions, from the loosest operators to the tightest. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final int MOST_NESTED = 100;

  private final TokenStream tokens;
  private final PostfixParser postfix;
  private int depth;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
    this.postfix = new PostfixParser(tokens, this);
  }

  /** {@code a if b else c}, or anything tighter. */
  Expr expression() {
    enter();
    Span start = tokens.current().at();
    Expr value = or();
    while (tokens.skipName("if")) {
      Expr test = or();
      Expr otherwise = tokens.skipName("else") ? expression() : null;
      value = new Expr.Conditional(test, value, otherwise, tokens.since(start));
    }
    depth--;
    return value;
  }

  private void enter() {
    if (++depth > MOST_NESTED) {
      throw new Problem(
          "an expression is nested more than " + MOST_NESTED + " deep", tokens.current().at());
    }
  }

  Expr or() {
    Span start = tokens.current().at();
    Expr left = and();
    while (tokens.skipName("or")) {
      left = new Expr.Logical(false, left, and(), tokens.since(start));
    }
    return left;
  }

  private Expr and() {
    Span start = tokens.current().at();
    Expr left = not();
    while (tokens.skipName("and")) {
      left = new Expr.Logical(true, left, not(), tokens.since(start));
    }
    return left;
  }

  private Expr not() {
    Span start = tokens.current().at();
    if (!tokens.skipName("not")) {
      return comparison();
    }
    enter();
    Expr value = not();
    depth--;
    return new Expr.Unary("not", value, tokens.since(start));
  }

  private Expr comparison() {
    Span start = tokens.current().at();
    Expr first = sum();
    List<Expr.Operand> others = new ArrayList<>();
    for (String operator = comparator(); operator != null; operator = comparator()) {
      others.add(new Expr.Operand(operator, sum()));
    }
    return others.isEmpty() ? first : new Expr.Comparison(first, others, tokens.since(start));
  }

  private String comparator() {
    Token token = tokens.current();
    if (token.is(Kind.OPERATOR) && COMPARISONS.contains(token.text())) {
      return tokens.next().text();
    }
    if (token.isName("not") && tokens.look().isName("in")) {
      tokens.next();
      tokens.next();
      return "not in";
    }
    return tokens.skipName("in") ? "in" : null;
  }

  private Expr sum() {
    Span start = tokens.current().at();
    Expr left = concat();
    while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
      String operator = tokens.next().text();
      left = new Expr.Binary(operator, left, concat(), tokens.since(start));
    }
    return left;
  }

  private Expr concat() {
    Span start = tokens.current().at();
    List<Expr> parts = new ArrayList<>(List.of(product()));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.get(0) : new Expr.Concat(parts, tokens.since(start));
  }

  private Expr product() {
    Span start = tokens.current().at();
    Expr left = power();
    while (tokens.current().is(Kind.OPERATOR)
        && Set.of("*", "/", "//", "%").contains(tokens.current().text())) {
      String operator = tokens.next().text();
      left = new Expr.Binary(operator, left, power(), tokens.since(start));
    }
    return left;
  }

  private Expr power() {
    Span start = tokens.current().at();
    Expr left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expr.Binary("**", left, unary(true), tokens.since(start));
    }
    return left;
  }

  /**
   * @param filters whether filters and tests may follow: {@code -x | abs} is {@code (-x) | abs}
   */
  private Expr unary(boolean filters) {
    Span start = tokens.current().at();
    Expr value;
    if (tokens.current().isOperator("-") || tokens.current().isOperator("+")) {
      String operator = tokens.next().text();
      enter();
      value = new Expr.Unary(operator, unary(false), tokens.since(start));
      depth--;
    } else {
      value = primary();
    }
    value = postfix.postfix(value, start);
    return filters ? postfix.filters(value, start) : value;
  }

  Expr primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> named(token);
      case STRING -> strings(token);
      case INTEGER, FLOAT -> new Expr.Constant(token.value(), token.at());
      case OPERATOR -> bracketed(token);
      default -> throw new Problem("unexpected " + token.shown(), token.at());
    };
  }

  private static Expr named(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expr.Constant(true, token.at());
      case "false", "False" -> new Expr.Constant(false, token.at());
      case "none", "None" -> new Expr.Constant(null, token.at());
      default -> new Expr.Name(token.text(), token.at());
    };
  }

  private Expr strings(Token first) {
    StringBuilder text = new StringBuilder((String) first.value());
    while (tokens.current().is(Kind.STRING)) {
      text.append(tokens.next().value());
    }
    return new Expr.Constant(text.toString(), tokens.since(first.at()));
  }

  private Expr bracketed(Token open) {
    switch (open.text()) {
      case "(" -> {
        Expr inner = tuple(true, true, null);
        tokens.expectOperator(")");
        return inner;
      }
      case "[" -> {
        return new Expr.ListOf(items("]"), tokens.since(open.at()));
      }
      case "{" -> {
        return dict(open.at());
      }
      default -> throw new Problem("unexpected `" + open.text() + "`", open.at());
    }
  }

  private List<Expr> items(String close) {
    List<Expr> items = new ArrayList<>();
    while (!tokens.current().isOperator(close)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
      }
      if (!tokens.current().isOperator(close)) {
        items.add(expression());
      }
    }
    tokens.expectOperator(close);
    return items;
  }

  private Expr dict(Span start) {
    List<Expr.Pair> pairs = new ArrayList<>();
    while (!tokens.current().isOperator("}")) {
      if (!pairs.isEmpty()) {
        tokens.expectOperator(",");
      }
      if (!tokens.current().isOperator("}")) {
        Expr key = expression();
        tokens.expectOperator(":");
        pairs.add(new Expr.Pair(key, expression()));
      }
    }
    tokens.expectOperator("}");
    return new Expr.DictOf(pairs, tokens.since(start));
  }

  /**
   * Parses one expression, or several separated by commas.
   *
   * @param conditional whether {@code a if b} may stand there
   * @param parenthesized whether none at all is an empty tuple
   * @param end a name that ends it, or null
   */
  Expr tuple(boolean conditional, boolean parenthesized, String end) {
    Span start = tokens.current().at();
    List<Expr> items = new ArrayList<>();
    boolean several = false;
    while (!endsTuple(end)) {
      items.add(conditional ? expression() : or());
      if (!tokens.skipOperator(",")) {
        break;
      }
      several = true;
    }
    if (!several && items.size() == 1) {
      return items.get(0);
    }
    if (!several && !parenthesized) {
      throw tokens.unexpected("an expression");
    }
    return new Expr.TupleOf(items, tokens.since(start));
  }

  private boolean endsTuple(String end) {
    Token token = tokens.current();
    return token.is(Kind.PRINT_END)
        || token.is(Kind.BLOCK_END)
        || token.isOperator(")")
        || (end != null && token.isName(end));
  }

  /** Parses the filters of a block, without a value: {@code upper | trim}. */
  Expr blockFilter() {
    return postfix.blockFilter();
  }

  /** Parses a filter after a bar; null without a bar. */
  Expr barFilter() {
    return tokens.skipOperator("|") ? blockFilter() : null;
  }
}
