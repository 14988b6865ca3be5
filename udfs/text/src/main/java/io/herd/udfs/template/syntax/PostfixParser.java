package io.herd.udfs.template.syntax;

import io.herd.udfs.template.syntax.Token.Kind;
import io.herd.udfs.template.values.Problem;
import java.util.ArrayList;
import java.util.List;

/** Parses what follows a value: attributes, items, calls, filters and tests. */
final class PostfixParser {
  private static final int MOST_CHAINED = 200;

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  PostfixParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Expr postfix(Expr first, Span start) {
    Expr value = first;
    for (int chained = 0; ; chained++) {
      bound(chained);
      if (tokens.skipOperator(".")) {
        value = attribute(value, start);
      } else if (tokens.skipOperator("[")) {
        value = item(value, start);
      } else if (tokens.current().isOperator("(")) {
        value = new Expr.Invocation(value, arguments(), tokens.since(start));
      } else {
        return value;
      }
    }
  }

  private void bound(int chained) {
    if (chained > MOST_CHAINED) {
      throw new Problem(
          "an expression has more than " + MOST_CHAINED + " parts", tokens.current().at());
    }
  }

  Expr filters(Expr first, Span start) {
    Expr value = first;
    for (int chained = 0; ; chained++) {
      bound(chained);
      if (tokens.skipOperator("|")) {
        value = filter(value, start);
      } else if (tokens.skipName("is")) {
        value = test(value, start);
      } else if (tokens.current().isOperator("(")) {
        value = new Expr.Invocation(value, arguments(), tokens.since(start));
      } else {
        return value;
      }
    }
  }

  private Expr attribute(Expr of, Span start) {
    Token name = tokens.next();
    if (name.is(Kind.NAME)) {
      return new Expr.Attribute(of, name.text(), tokens.since(start));
    }
    if (!name.is(Kind.INTEGER)) {
      throw new Problem("expected a name or a number after the dot", name.at());
    }
    return new Expr.Item(of, new Expr.Constant(name.value(), name.at()), tokens.since(start));
  }

  private Expr item(Expr of, Span start) {
    Span inside = tokens.current().at();
    List<Expr> indexes = new ArrayList<>();
    while (!tokens.current().isOperator("]")) {
      if (!indexes.isEmpty()) {
        tokens.expectOperator(",");
      }
      indexes.add(index());
    }
    tokens.expectOperator("]");
    Expr index =
        indexes.size() == 1 ? indexes.get(0) : new Expr.TupleOf(indexes, tokens.since(inside));
    return new Expr.Item(of, index, tokens.since(start));
  }

  private Expr index() {
    Span start = tokens.current().at();
    Expr from = null;
    if (!tokens.current().isOperator(":")) {
      from = expressions.expression();
      if (!tokens.current().isOperator(":")) {
        return from;
      }
    }
    tokens.next();
    Expr to = tokens.current().isOperator(":") ? null : bound();
    Expr step = tokens.skipOperator(":") ? bound() : null;
    return new Expr.Slice(from, to, step, tokens.since(start));
  }

  private Expr bound() {
    boolean absent = tokens.current().isOperator("]") || tokens.current().isOperator(",");
    return absent ? null : expressions.expression();
  }

  private Call.Arguments arguments() {
    Span open = tokens.next().at();
    List<Expr> positional = new ArrayList<>();
    List<Call.Named> named = new ArrayList<>();
    Expr rest = null;
    Expr namedRest = null;
    boolean comma = false;
    while (!tokens.current().isOperator(")")) {
      if (comma) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator(")")) {
          break;
        }
      }
      comma = true;
      boolean name = tokens.current().is(Kind.NAME) && tokens.look().isOperator("=");
      if (tokens.skipOperator("*")) {
        ensure(rest == null && namedRest == null, open);
        rest = expressions.expression();
      } else if (tokens.skipOperator("**")) {
        ensure(namedRest == null, open);
        namedRest = expressions.expression();
      } else if (name) {
        ensure(namedRest == null, open);
        String key = tokens.next().text();
        tokens.next();
        named.add(new Call.Named(key, expressions.expression()));
      } else {
        ensure(rest == null && namedRest == null && named.isEmpty(), open);
        positional.add(expressions.expression());
      }
    }
    tokens.expectOperator(")");
    return new Call.Arguments(positional, named, rest, namedRest);
  }

  private void ensure(boolean ordered, Span open) {
    if (!ordered) {
      throw new Problem("the arguments of a call are out of order", tokens.since(open));
    }
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Kind.NAME).text());
    }
    return name.toString();
  }

  private Expr filter(Expr value, Span start) {
    String name = dottedName();
    Call.Arguments given = tokens.current().isOperator("(") ? arguments() : Call.NONE;
    return new Expr.Filter(value, name, given, tokens.since(start));
  }

  Expr blockFilter() {
    Span start = tokens.current().at();
    Expr value = filter(null, start);
    for (int chained = 0; tokens.skipOperator("|"); chained++) {
      bound(chained);
      value = filter(value, start);
    }
    return value;
  }

  private Expr test(Expr value, Span start) {
    boolean negated = tokens.skipName("not");
    String name = dottedName();
    Call.Arguments given = Call.NONE;
    if (tokens.current().isOperator("(")) {
      given = arguments();
    } else if (takesOne()) {
      Span at = tokens.current().at();
      Expr argument = postfix(expressions.primary(), at);
      given = new Call.Arguments(List.of(argument), List.of(), null, null);
    }
    Expr test = new Expr.Test(value, name, given, tokens.since(start));
    return negated ? new Expr.Unary("not", test, tokens.since(start)) : test;
  }

  private boolean takesOne() {
    Token token = tokens.current();
    if (token.isName("is")) {
      throw new Problem("tests can't be chained with `is`", token.at());
    }
    boolean word = token.isName("else") || token.isName("or") || token.isName("and");
    return switch (token.kind()) {
      case NAME -> !word;
      case STRING, INTEGER, FLOAT -> true;
      default -> token.isOperator("[") || token.isOperator("{");
    };
  }
}
