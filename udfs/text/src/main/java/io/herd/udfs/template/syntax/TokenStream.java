package io.herd.udfs.template.syntax;

import io.herd.udfs.template.syntax.Token.Kind;
import io.herd.udfs.template.values.Problem;
import java.util.List;

/** The remaining tokens. */
final class TokenStream {
  private final List<Token> tokens;
  private int at;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  Token look() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token last() {
    return tokens.get(Math.max(0, at - 1));
  }

  Token next() {
    Token token = current();
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean skipName(String name) {
    return skip(current().isName(name));
  }

  boolean skipOperator(String operator) {
    return skip(current().isOperator(operator));
  }

  private boolean skip(boolean found) {
    if (found) {
      next();
    }
    return found;
  }

  Token expect(Kind kind) {
    if (!current().is(kind)) {
      throw unexpected(kind.words);
    }
    return next();
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("`" + name + "`");
    }
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("`" + operator + "`");
    }
  }

  Problem unexpected(String wanted) {
    return new Problem("expected " + wanted + ", got `" + current().shown() + "`", current().at());
  }

  /** Returns the span from a position to the last token that was read. */
  Span since(Span start) {
    return start.to(last().at());
  }
}
