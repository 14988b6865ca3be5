package io.herd.udfs.template.syntax;

import io.herd.udfs.template.syntax.Token.Kind;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Text;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens within one {@code {{ ... }}} or {@code {% ... %}}. */
final class TagLexer {
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)(\\d+_)*+\\d++((\\.(\\d+_)*+\\d++)?[eE][+-]?(\\d+_)*+\\d++|\\.(\\d+_)*+\\d++)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[bB](_?[01])++|0[oO](_?[0-7])++|0[xX](_?[\\da-fA-F])++|[1-9](_?\\d)*+|0(_?0)*+");
  private static final Pattern NAME = Pattern.compile("\\w++", Pattern.UNICODE_CHARACTER_CLASS);
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");
  private static final int MOST_DIGITS = 3000;

  private final String source;
  private final boolean print;
  private final List<Token> tokens;
  private final Deque<String> open = new ArrayDeque<>(); // the brackets to come
  private int at;

  TagLexer(String source, int at, boolean print, List<Token> tokens) {
    this.source = source;
    this.at = at;
    this.print = print;
    this.tokens = tokens;
  }

  /** Reads up to the tag's end, and gives the place after it. */
  int all() {
    while (at < source.length()) {
      if (open.isEmpty() && ends()) {
        return at;
      }
      int c = source.codePointAt(at);
      if (Text.isSpace(c)) {
        at += Character.charCount(c);
      } else if (!number() && !name() && !string()) {
        operator();
      }
    }
    return at; // the parser misses the end
  }

  private boolean ends() {
    String close = print ? "}}" : "%}";
    boolean minus = source.startsWith("-" + close, at);
    boolean plus = !print && source.startsWith("+" + close, at);
    if (!minus && !plus && !source.startsWith(close, at)) {
      return false;
    }
    int from = at;
    at += minus || plus ? 3 : 2;
    add(print ? Kind.PRINT_END : Kind.BLOCK_END, "", null, from, at);
    while (minus && at < source.length() && Text.isSpace(source.charAt(at))) {
      at++;
    }
    if (!minus && !plus && !print && source.startsWith("\n", at)) {
      at++;
    }
    return true;
  }

  private boolean number() {
    if (!Character.isDigit(source.charAt(at))) {
      return false;
    }
    String real = match(FLOAT);
    String digits = real == null ? match(INTEGER) : real;
    if (digits == null) {
      return false;
    }
    String plain = digits.replace("_", "");
    if (plain.length() > MOST_DIGITS) {
      throw new Problem("a number has more than " + MOST_DIGITS + " digits", span(digits));
    }
    Object value = real == null ? integer(plain) : (Object) Double.valueOf(plain);
    add(real == null ? Kind.INTEGER : Kind.FLOAT, digits, value, at, at + digits.length());
    at += digits.length();
    return true;
  }

  private static BigInteger integer(String digits) {
    int base =
        digits.length() < 2
            ? 10
            : switch (digits.charAt(1)) {
              case 'x', 'X' -> 16;
              case 'o', 'O' -> 8;
              case 'b', 'B' -> 2;
              default -> 10;
            };
    return new BigInteger(base == 10 ? digits : digits.substring(2), base);
  }

  private boolean name() {
    String name = match(NAME);
    if (name == null) {
      return false;
    }
    int first = name.codePointAt(0);
    if (first != '_' && !Character.isUnicodeIdentifierStart(first)) {
      throw new Problem("`" + name + "` is no name", span(name));
    }
    add(Kind.NAME, name, null, at, at + name.length());
    at += name.length();
    return true;
  }

  private boolean string() {
    char quote = source.charAt(at);
    if (quote != '\'' && quote != '"') {
      return false;
    }
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw new Problem("a text has no closing quote", new Span(at, source.length()));
    }
    Span span = new Span(at, end + 1);
    String value = Escapes.undo(source.substring(at + 1, end), span);
    tokens.add(new Token(Kind.STRING, "", value, span));
    at = end + 1;
    return true;
  }

  private void operator() {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        balance(operator);
        add(Kind.OPERATOR, operator, null, at, at + operator.length());
        at += operator.length();
        return;
      }
    }
    String c = Text.of(source.codePointAt(at));
    throw new Problem("unexpected `" + c + "`", span(c));
  }

  private void balance(String operator) {
    switch (operator) {
      case "(" -> open.push(")");
      case "[" -> open.push("]");
      case "{" -> open.push("}");
      case ")", "]", "}" -> {
        if (open.isEmpty() || !open.pop().equals(operator)) {
          throw new Problem("unexpected `" + operator + "`", span(operator));
        }
      }
      default -> {}
    }
  }

  private String match(Pattern pattern) {
    Matcher matcher = pattern.matcher(source).region(at, source.length());
    return matcher.useTransparentBounds(true).lookingAt() ? matcher.group() : null;
  }

  private Span span(String text) {
    return new Span(at, at + text.length());
  }

  private void add(Kind kind, String text, Object value, int from, int to) {
    tokens.add(new Token(kind, text, value, new Span(from, to)));
  }
}
