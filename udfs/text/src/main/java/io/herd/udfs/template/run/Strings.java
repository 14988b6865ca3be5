package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;

/** Python's string operations that Java lacks or defines differently. */
final class Strings {
  private static final String LINE_ENDS = "\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029";

  private Strings() {}

  static String strip(String text, IntPredicate off, boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && off.test(text.codePointAt(from))) {
      from = text.offsetByCodePoints(from, 1);
    }
    while (right && to > from && off.test(text.codePointBefore(to))) {
      to = text.offsetByCodePoints(to, -1);
    }
    return text.substring(from, to);
  }

  /** Python's splitlines. */
  static List<String> lines(String text, boolean keepEnds) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (LINE_ENDS.indexOf(text.charAt(i)) >= 0) {
        int end = i;
        i += text.startsWith("\r\n", i) ? 1 : 0;
        lines.add(text.substring(from, keepEnds ? i + 1 : end));
        from = i + 1;
      }
    }
    if (from < text.length()) {
      lines.add(text.substring(from));
    }
    return lines;
  }

  /**
   * Python's split() without a separator.
   *
   * @param most splits, or less than 0 for all
   */
  static List<String> words(String text, int most) {
    List<String> words = new ArrayList<>();
    int at = skip(text, 0, true);
    while (at < text.length()) {
      if (most >= 0 && words.size() == most) {
        words.add(text.substring(at));
        break;
      }
      int end = skip(text, at, false);
      words.add(text.substring(at, end));
      at = skip(text, end, true);
    }
    return words;
  }

  private static int skip(String text, int from, boolean spaces) {
    int at = from;
    while (at < text.length() && Text.isSpace(text.charAt(at)) == spaces) {
      at++;
    }
    return at;
  }

  private static int skipBack(String text, int from, boolean spaces) {
    int at = from;
    while (at > 0 && Text.isSpace(text.charAt(at - 1)) == spaces) {
      at--;
    }
    return at;
  }

  /** Splits the words of a text from its end. */
  static List<String> lastWords(String text, int most) {
    List<String> words = new ArrayList<>();
    int at = skipBack(text, text.length(), true);
    while (at > 0) {
      if (most >= 0 && words.size() == most) {
        words.add(text.substring(0, at));
        break;
      }
      int start = skipBack(text, at, false);
      words.add(text.substring(start, at));
      at = skipBack(text, start, true);
    }
    Collections.reverse(words);
    return words;
  }

  /** Python's split(separator). */
  static List<String> parts(String text, String separator, int most) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    int at = text.indexOf(separator);
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
      at = text.indexOf(separator, from);
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** Python's rsplit(separator). */
  static List<String> lastParts(String text, String separator, int most) {
    List<String> parts = new ArrayList<>();
    int to = text.length();
    int at = text.lastIndexOf(separator, to - separator.length());
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(text.substring(at + separator.length(), to));
      to = at;
      at = to < separator.length() ? -1 : text.lastIndexOf(separator, to - separator.length());
    }
    parts.add(text.substring(0, to));
    Collections.reverse(parts);
    return parts;
  }

  /**
   * Checks the length before building the text: a few replacements in sequence could exhaust
   * memory.
   */
  static String replace(String text, String old, String with, int most, Budget budget) {
    if (most == 0) {
      return text;
    }
    if (old.isEmpty()) {
      return between(text, with, most, budget);
    }
    StringBuilder out = new StringBuilder();
    int from = 0;
    int at = text.indexOf(old);
    for (int count = 0; at >= 0 && (most < 0 || count < most); count++) {
      budget.chars(out.length() > Budget.MOST_CHARS ? out.length() : with.length());
      out.append(text, from, at).append(with);
      from = at + old.length();
      at = text.indexOf(old, from);
    }
    return budget.text(out.append(text, from, text.length()).toString());
  }

  private static String between(String text, String with, int most, Budget budget) {
    budget.chars((Text.length(text) + 1L) * with.length() + text.length());
    StringBuilder out = new StringBuilder(most == 0 ? "" : with);
    int count = 1;
    for (String character : Text.characters(text)) {
      out.append(character);
      if (most < 0 || count++ < most) {
        out.append(with);
      }
    }
    return out.toString();
  }
}
