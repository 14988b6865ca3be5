package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Wraps lines to a width, like Python's textwrap.
 *
 * @param longWords whether words that are longer than a line are broken
 * @param hyphens whether words may be broken at hyphens
 */
record WordWrap(int width, boolean longWords, boolean hyphens) {
  private static final String SPACE = "[\\t\\n\\x0b\\f\\r ]";
  private static final String SOLID = "[^\\t\\n\\x0b\\f\\r ]";
  private static final String WORD = "[\\p{L}\\p{N}_!\"'&.,?]";
  private static final String LETTER = "[\\p{L}_&&[^\\d]]";
  private static final String HYPHEN =
      "-(?:(?<=" + LETTER + "{2}-)|(?<=" + LETTER + "-" + WORD + "-))";
  private static final Pattern CHUNK =
      Pattern.compile(
          SPACE
              + "++|(?<="
              + WORD
              + ")-{2,}(?=[\\p{L}\\p{N}_])|"
              + SOLID
              + "+?(?:"
              + HYPHEN
              + "(?="
              + LETTER
              + "-?"
              + LETTER
              + ")|(?="
              + SPACE
              + "|\\z)|(?<="
              + WORD
              + ")(?=-{2,}[\\p{L}\\p{N}_]))");
  private static final Pattern PLAIN = Pattern.compile(SPACE + "++|" + SOLID + "++");

  List<String> lines(String text) {
    if (width <= 0) {
      throw new Problem("the width of wordwrap is positive");
    }
    List<String> lines = new ArrayList<>();
    for (String paragraph : Strings.lines(text, false)) {
      List<String> wrapped = wrapped(paragraph);
      lines.addAll(wrapped.isEmpty() ? List.of("") : wrapped);
    }
    return lines;
  }

  private Deque<String> chunks(String paragraph) {
    Deque<String> chunks = new ArrayDeque<>();
    Matcher matcher = (hyphens ? CHUNK : PLAIN).matcher(paragraph);
    while (matcher.find()) {
      if (!matcher.group().isEmpty()) {
        chunks.add(matcher.group());
      }
    }
    return chunks;
  }

  private List<String> wrapped(String paragraph) {
    Deque<String> chunks = chunks(paragraph);
    List<String> lines = new ArrayList<>();
    while (!chunks.isEmpty()) {
      Deque<String> line = new ArrayDeque<>();
      if (!lines.isEmpty() && chunks.peek().isBlank()) {
        chunks.poll();
      }
      int length = 0;
      while (!chunks.isEmpty() && length + Text.length(chunks.peek()) <= width) {
        length += Text.length(chunks.peek());
        line.add(chunks.poll());
      }
      if (!chunks.isEmpty() && Text.length(chunks.peek()) > width) {
        breakWord(chunks, line, length);
      }
      if (!line.isEmpty() && line.peekLast().isBlank()) {
        line.pollLast();
      }
      if (!line.isEmpty()) {
        lines.add(String.join("", line));
      }
    }
    return lines;
  }

  private void breakWord(Deque<String> chunks, Deque<String> line, int length) {
    int space = width < 1 ? 1 : width - length;
    if (longWords) {
      String word = chunks.poll();
      int end = space;
      if (hyphens && Text.length(word) > space) {
        int hyphen = Text.part(word, 0, space).lastIndexOf('-');
        boolean inside = hyphen > 0 && word.substring(0, hyphen).chars().anyMatch(c -> c != '-');
        end = inside ? word.codePointCount(0, hyphen) + 1 : space;
      }
      line.add(Text.part(word, 0, end));
      String rest = Text.part(word, end, Text.length(word));
      chunks.push(rest);
    } else if (line.isEmpty()) {
      line.add(chunks.poll());
    }
  }
}
