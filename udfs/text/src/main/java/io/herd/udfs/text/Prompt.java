package io.herd.udfs.text;

import java.io.Serializable;
import java.util.List;

/**
 * A prompt as text, with the positions of its real special tokens. Everything outside of those
 * places is data, even when it spells a special token.
 *
 * @param text the whole prompt, special tokens spelled out
 * @param specials the places of the special tokens in {@code text}: start, end, start, end, ... in
 *     chars, ascending, each pair the exact string of one special token
 */
public record Prompt(String text, List<Integer> specials) implements Serializable {
  public Prompt {
    specials = List.copyOf(specials);
    if (specials.size() % 2 != 0) {
      throw new IllegalArgumentException("specials are pairs of start and end: " + specials);
    }
    int last = 0;
    for (int place : specials) {
      if (place < last || place > text.length()) {
        throw new IllegalArgumentException("specials lie outside of the text: " + specials);
      }
      last = place;
    }
  }

  /** Creates a prompt that is entirely data. */
  public static Prompt data(String text) {
    return new Prompt(text, List.of());
  }

  /** Returns this prompt with more data appended. */
  Prompt followedBy(String data) {
    return new Prompt(text + data, specials);
  }

  /**
   * Returns the last {@code chars} of this prompt, or slightly more, so that no character is split.
   */
  Prompt last(int chars) {
    int from = Math.max(0, text.length() - chars);
    for (int i = 0; i < specials.size(); i += 2) {
      from = specials.get(i) < from && from < specials.get(i + 1) ? specials.get(i) : from;
    }
    if (from > 0 && Character.isSurrogatePair(text.charAt(from - 1), text.charAt(from))) {
      from--;
    }
    int start = from;
    List<Integer> places =
        specials.stream().filter(place -> place >= start).map(place -> place - start).toList();
    return new Prompt(
        text.substring(start), places.size() % 2 == 0 ? places : places.subList(1, places.size()));
  }
}
