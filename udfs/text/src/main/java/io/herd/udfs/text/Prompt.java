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
}
