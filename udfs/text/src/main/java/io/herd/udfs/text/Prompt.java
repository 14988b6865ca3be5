package io.herd.udfs.text;

import java.io.Serializable;
import java.util.List;

/**
 * One prompt as text, and where its real special tokens are. Everything outside of those places is
 * data, even when it spells a special token.
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

  /** A prompt that is data from end to end. */
  public static Prompt data(String text) {
    return new Prompt(text, List.of());
  }

  /** This prompt with more data behind it. */
  Prompt followedBy(String data) {
    return new Prompt(text + data, specials);
  }

  /** The last {@code chars} of this prompt, or a few more, so that nothing is cut in two. */
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
