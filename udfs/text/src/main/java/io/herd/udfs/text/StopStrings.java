package io.herd.udfs.text;

import java.util.List;
import java.util.function.Function;

/**
 * The strings that end completions, and the tokens that can complete one. Appending a token to a
 * text without stop strings can complete one only if the token contains the string's end, as far as
 * the token reaches. Of a vocabulary these are few, so that texts needn't be decoded after each
 * token, which took 848 us for 256 rows.
 *
 * <p>What a token stands for is found out when it first comes. Safe for use by many threads.
 */
public final class StopStrings {
  /** The decoded form of a partial character. */
  private static final String PART = "\uFFFD";

  private static final byte CANNOT = 1;
  private static final byte CAN = 2;

  private final List<String> strings;
  private final Function<int[], String> decoder;
  private final byte[] tokens; // by id; 0 is unknown, and threads may find out one twice

  private StopStrings(List<String> strings, Function<int[], String> decoder, int vocabulary) {
    this.strings = List.copyOf(strings);
    this.decoder = decoder;
    this.tokens = new byte[vocabulary];
  }

  /**
   * Creates the stop strings for a model's completions. With a decoder that does more than to join
   * tokens, or a string that has a part of a character, each token is taken for one that completes
   * strings.
   */
  public static StopStrings of(Tokenizer tokenizer, List<String> strings) {
    boolean known =
        tokenizer.joinsTokens() && !strings.isEmpty() && !havePartsOfCharacters(strings);
    return new StopStrings(strings, tokenizer::decode, known ? tokenizer.vocabularySize() : 0);
  }

  /** Creates the stop strings for an unknown decoder. */
  static StopStrings of(Function<int[], String> decoder, List<String> strings) {
    return new StopStrings(strings, decoder, 0);
  }

  List<String> strings() {
    return strings;
  }

  /** Returns whether a string contains U+FFFD, whose tokens may change with later tokens. */
  boolean havePartsOfCharacters() {
    return havePartsOfCharacters(strings);
  }

  private static boolean havePartsOfCharacters(List<String> strings) {
    return strings.stream().anyMatch(string -> string.contains(PART));
  }

  String decode(int[] ids) {
    return decoder.apply(ids);
  }

  /** Returns whether this token may complete a stop string in a text without one. */
  boolean completedBy(int id) {
    if (id < 0 || id >= tokens.length) {
      return true;
    }
    if (tokens[id] == 0) {
      tokens[id] = canComplete(id) ? CAN : CANNOT;
    }
    return tokens[id] == CAN;
  }

  /** Keeps the leading space that a first token may lose. */
  private boolean canComplete(int id) {
    String once = decoder.apply(new int[] {id});
    String twice = decoder.apply(new int[] {id, id});
    if (twice.contains(PART) || !twice.startsWith(once)) {
      return true;
    }
    String piece = twice.substring(once.length());
    return strings.stream().anyMatch(string -> endsIn(piece, string));
  }

  private static boolean endsIn(String piece, String string) {
    for (int end = 1; end <= piece.length(); end++) {
      int common = Math.min(end, string.length());
      if (piece.regionMatches(end - common, string, string.length() - common, common)) {
        return true;
      }
    }
    return false;
  }
}
