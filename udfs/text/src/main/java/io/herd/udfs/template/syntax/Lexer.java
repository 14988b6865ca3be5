package io.herd.udfs.template.syntax;

import io.herd.udfs.template.syntax.Token.Kind;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits source into tokens, with {@code trim_blocks} and {@code lstrip_blocks}: the line break
 * after a block or comment and the indent before it aren't text.
 */
final class Lexer {
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean lineStarts = true; // whether what was read last ended in a line break

  /**
   * @param source with no line breaks but {@code \n}, and without a last one
   */
  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String source) {
    return new Lexer(source).all();
  }

  private List<Token> all() {
    while (at < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        data(at, source.length());
        at = source.length();
      } else {
        tag(tag);
      }
    }
    add(Kind.END, "", null, at, at);
    return tokens;
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void tag(int tag) {
    char kind = source.charAt(tag + 1);
    int inside = tag + 2;
    boolean minus = source.startsWith("-", inside);
    boolean plus = source.startsWith("+", inside);
    data(at, textEnd(at, tag, minus, !plus && kind != '{'));
    at = inside + (minus || plus ? 1 : 0);
    lineStarts = false;
    if (kind == '#') {
      comment(tag);
    } else if (kind == '%' && isRawTag()) {
      raw(tag);
    } else {
      add(kind == '{' ? Kind.PRINT_BEGIN : Kind.BLOCK_BEGIN, "", null, tag, at);
      at = new TagLexer(source, at, kind == '{', tokens).all();
      lineStarts = source.charAt(at - 1) == '\n';
    }
  }

  /** Returns where the text before a tag ends. */
  private int textEnd(int from, int tag, boolean strip, boolean lstrip) {
    if (strip) {
      return from + Text.withoutEnd(source.substring(from, tag)).length();
    }
    int line = source.lastIndexOf('\n', tag - 1) + 1;
    boolean whole = line > from || (line <= from && lineStarts);
    int begin = Math.max(line, from);
    return lstrip && whole && source.substring(begin, tag).chars().allMatch(Text::isSpace)
        ? begin
        : tag;
  }

  private void data(int from, int to) {
    if (to > from) {
      add(Kind.DATA, source.substring(from, to), null, from, to);
    }
  }

  private void comment(int tag) {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      endless("comment", tag);
      return;
    }
    // `{#-#}` opens and ends at once; its sign belongs to the opening
    char sign = end > at ? source.charAt(end - 1) : ' ';
    at = afterEnd(end + 2, sign == '-', sign != '+');
    lineStarts = source.charAt(at - 1) == '\n';
  }

  /** Skips white space after a closing brace with a minus, otherwise one line break. */
  private int afterEnd(int end, boolean strip, boolean trim) {
    int after = end;
    if (strip) {
      while (after < source.length() && Text.isSpace(source.charAt(after))) {
        after++;
      }
    } else if (trim && source.startsWith("\n", after)) {
      after++;
    }
    return after;
  }

  private boolean isRawTag() {
    int i = spaces(at);
    if (!source.startsWith("raw", i)) {
      return false;
    }
    int end = spaces(i + 3);
    return source.startsWith("%}", end) || source.startsWith("-%}", end);
  }

  private int spaces(int from) {
    int i = from;
    while (i < source.length() && Text.isSpace(source.charAt(i))) {
      i++;
    }
    return i;
  }

  private void raw(int tag) {
    int close = source.indexOf("%}", at);
    boolean stripped = source.charAt(close - 1) == '-';
    int from = afterEnd(close + 2, stripped, false);
    lineStarts = source.charAt(from - 1) == '\n';
    for (int i = source.indexOf("{%", from); i >= 0; i = source.indexOf("{%", i + 1)) {
      int sign = i + 2;
      boolean minus = source.startsWith("-", sign);
      boolean plus = source.startsWith("+", sign);
      int word = spaces(sign + (minus || plus ? 1 : 0));
      int end = source.startsWith("endraw", word) ? spaces(word + 6) : -1;
      boolean signed = end >= 0 && (source.startsWith("-%}", end) || source.startsWith("+%}", end));
      if (signed || (end >= 0 && source.startsWith("%}", end))) {
        data(from, textEnd(from, i, minus, !plus));
        char last = signed ? source.charAt(end) : ' ';
        at = afterEnd(end + (signed ? 3 : 2), last == '-', last != '+');
        lineStarts = source.charAt(at - 1) == '\n';
        return;
      }
    }
    at = from;
    endless("raw block", tag);
  }

  /** Accepts a tag that is opened at the very end, as jinja2 does. */
  private void endless(String what, int tag) {
    if (at < source.length()) {
      throw new Problem("a " + what + " has no end", new Span(tag, at));
    }
  }

  private void add(Kind kind, String text, Object value, int from, int to) {
    tokens.add(new Token(kind, text, value, new Span(from, to)));
  }
}
