package io.herd.udfs.text;

import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A model's special tokens, and a private code for each of them.
 *
 * <p>What a template writes and what a row holds must not be confused, yet both end up in one
 * string. So wherever a special token is meant, the string carries its code instead, two chars that
 * no text should hold: the noncharacter U+FDD0 and a private-use character. {@code <|eot_id|>} in a
 * row stays eleven harmless characters. A U+FDD0 in data is escaped, so codes are unambiguous.
 * Refused: looking for special strings after rendering (a row can spell them, or two columns can
 * together), and encoding the pieces between specials one by one (changes the merges at borders).
 */
final class Specials {
  private static final char LEAD = '\uFDD0';
  private static final char FIRST = '\uE000';
  private static final char LITERAL = '\uF8FF';

  /** Matches a special token's code. */
  static final String CODE = LEAD + "[" + FIRST + "-" + (char) (LITERAL - 1) + "]";

  private static final Pattern ANY_CODE = Pattern.compile(CODE);

  private final List<String> strings;
  private final Map<String, Integer> indexes = new LinkedHashMap<>();
  private final Map<Character, List<String>> byFirstChar = new HashMap<>();

  Specials(Collection<String> strings) {
    this.strings = List.copyOf(strings);
    if (this.strings.size() > LITERAL - FIRST) {
      throw new UserException(
          "The tokenizer has " + this.strings.size() + " special tokens.",
          "Use a model with at most " + (LITERAL - FIRST) + " of them.");
    }
    for (String string : this.strings) {
      indexes.put(string, indexes.size());
      byFirstChar.computeIfAbsent(string.charAt(0), c -> new ArrayList<>()).add(string);
    }
    // the longest first, as tokenizers match them
    byFirstChar
        .values()
        .forEach(list -> list.sort(Comparator.comparingInt(String::length).reversed()));
  }

  List<String> strings() {
    return strings;
  }

  boolean contains(String string) {
    return indexes.containsKey(string);
  }

  /** Returns the code of a special token; other strings are returned unchanged. */
  String code(String special) {
    Integer index = indexes.get(special);
    return index == null ? special : "" + LEAD + (char) (FIRST + index);
  }

  /** Replaces every special token in a template's source by its code. */
  String codeSource(String source) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < source.length()) {
      String special = at(source, i);
      out.append(special == null ? source.substring(i, i + 1) : code(special));
      i += special == null ? 1 : special.length();
    }
    return out.toString();
  }

  static boolean holdsCode(String coded) {
    return ANY_CODE.matcher(coded).find();
  }

  /** Escapes data so that it can't be read as codes. */
  static String escape(String data) {
    return data.indexOf(LEAD) < 0 ? data : data.replace("" + LEAD, "" + LEAD + LITERAL);
  }

  /** Replaces codes by special tokens, and undoes {@link #escape}. */
  Prompt expand(String coded) {
    StringBuilder text = new StringBuilder(coded.length() + 64);
    List<Integer> places = new ArrayList<>();
    int from = 0;
    for (int lead = coded.indexOf(LEAD); lead >= 0; lead = coded.indexOf(LEAD, from)) {
      text.append(coded, from, lead);
      char next = lead + 1 < coded.length() ? coded.charAt(lead + 1) : LITERAL;
      from = Math.min(lead + 2, coded.length());
      if (isIndex(next)) {
        places.add(text.length());
        text.append(strings.get(next - FIRST));
        places.add(text.length());
      } else {
        text.append(LEAD);
        from = next == LITERAL ? from : lead + 1;
      }
    }
    return new Prompt(text.append(coded, from, coded.length()).toString(), places);
  }

  /**
   * Returns the coded form of a prompt for the tokenizer: the inverse of {@link #expand}, without
   * escapes.
   *
   * @throws RowException when data holds a code by itself, which no honest text does
   */
  String code(Prompt prompt) {
    String text = wellFormed(prompt.text());
    List<Integer> places = prompt.specials();
    StringBuilder out = new StringBuilder(text.length());
    int from = 0;
    for (int i = 0; i < places.size(); i += 2) {
      appendData(out, text, from, places.get(i));
      from = places.get(i + 1);
      String special = text.substring(places.get(i), from);
      if (!contains(special)) {
        throw new IllegalArgumentException("not a special token of this tokenizer: " + special);
      }
      out.append(code(special));
    }
    appendData(out, text, from, text.length());
    return out.toString();
  }

  private void appendData(StringBuilder out, String text, int from, int to) {
    int lead = text.indexOf(LEAD, from);
    for (; lead >= 0 && lead + 1 < to; lead = text.indexOf(LEAD, lead + 1)) {
      if (isIndex(text.charAt(lead + 1))) {
        throw new RowException(
            "the prompt holds the noncharacter U+FDD0 before a private-use character,"
                + " a pair that Herd reserves");
      }
    }
    out.append(text, from, to);
  }

  /** Returns the first special token in a text. */
  Optional<String> spelledIn(String text) {
    return IntStream.range(0, text.length())
        .mapToObj(i -> at(text, i))
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** Parses every special token in a text as a real one. */
  Prompt parse(String text) {
    List<Integer> places = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      String special = at(text, i);
      if (special == null) {
        i++;
      } else {
        places.add(i);
        places.add(i += special.length());
      }
    }
    return new Prompt(text, places);
  }

  /** Replaces lone surrogates, which native code can't accept, by U+FFFD. */
  private static String wellFormed(String text) {
    StringBuilder fixed = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        fixed = fixed == null ? new StringBuilder(text) : fixed;
        fixed.setCharAt(i, '\uFFFD');
      }
    }
    return fixed == null ? text : fixed.toString();
  }

  private boolean isIndex(char c) {
    return c >= FIRST && c < FIRST + strings.size();
  }

  private String at(String text, int i) {
    List<String> candidates = byFirstChar.get(text.charAt(i));
    if (candidates != null) {
      for (String special : candidates) {
        if (text.startsWith(special, i)) {
          return special;
        }
      }
    }
    return null;
  }
}
