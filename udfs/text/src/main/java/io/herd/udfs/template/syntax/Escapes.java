package io.herd.udfs.template.syntax;

import io.herd.udfs.template.values.Problem;

/** Decodes backslashes in a template's strings like Python's {@code unicode-escape}. */
final class Escapes {
  private static final String LETTERS = "abfnrtv\\'\"";
  private static final String MEANT = "\u0007\b\f\n\r\t\u000b\\'\"";

  private final String text;
  private final Span span;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private Escapes(String text, Span span) {
    this.text = text;
    this.span = span;
  }

  static String undo(String text, Span span) {
    return text.indexOf('\\') < 0 ? text : new Escapes(text, span).all();
  }

  private String all() {
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\') {
        escape();
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private void escape() {
    char c = text.charAt(at);
    int letter = LETTERS.indexOf(c);
    if (letter >= 0) {
      at++;
      out.append(MEANT.charAt(letter));
    } else if (c == '\n') {
      at++;
    } else if (c == 'x') {
      hex(2);
    } else if (c == 'u') {
      hex(4);
    } else if (c == 'U') {
      hex(8);
    } else if (c >= '0' && c <= '7') {
      octal();
    } else if (c == 'N') {
      named();
    } else {
      other();
    }
  }

  /** Keeps an unknown escape; jinja2 spells out non-ASCII characters after it. */
  private void other() {
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    out.append('\\');
    if (c < 0x80) {
      out.append((char) c);
    } else {
      String form = c < 0x100 ? "x%02x" : c < 0x10000 ? "u%04x" : "U%08x";
      out.append(String.format(java.util.Locale.ROOT, form, c));
    }
  }

  private void hex(int digits) {
    int end = at + 1 + digits;
    String number = end <= text.length() ? text.substring(at + 1, end) : "";
    if (!number.matches("[0-9a-fA-F]+") || Long.parseLong(number, 16) > Character.MAX_CODE_POINT) {
      throw new Problem("a text has a broken \\" + text.charAt(at) + " escape", span);
    }
    out.appendCodePoint(Integer.parseInt(number, 16));
    at = end;
  }

  private void octal() {
    int value = 0;
    int end = Math.min(at + 3, text.length());
    while (at < end && text.charAt(at) >= '0' && text.charAt(at) <= '7') {
      value = value * 8 + text.charAt(at++) - '0';
    }
    out.append((char) value);
  }

  private void named() {
    int close = text.indexOf('}', at);
    try {
      out.appendCodePoint(Character.codePointOf(text.substring(at + 2, close)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new Problem("a text has an unknown \\N escape", span);
    }
    at = close + 1;
  }
}
