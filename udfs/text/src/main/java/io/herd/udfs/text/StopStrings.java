package io.herd.udfs.text;

import java.util.List;
import java.util.function.Function;

/**
 * The strings that end completions, and which tokens can complete one: a text that had none of them
 * has one after a token only if the string's end, as much of it as the token is long, is in the
 * token. Of a vocabulary these are few, so that texts needn't be decoded after each token, which
 * took 848 us for 256 rows.
 *
 * <p>What a token stands for is found out when it first comes. Safe for use by many threads.
 */
public final class StopStrings {
  /** What a part of a character is decoded to. */
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
   * For the completions of a model. With a decoder that does more than to join tokens, or a string
   * that has a part of a character, each token is taken for one that completes strings.
   */
  public static StopStrings of(Tokenizer tokenizer, List<String> strings) {
    boolean known =
        tokenizer.joinsTokens() && !strings.isEmpty() && !havePartsOfCharacters(strings);
    return new StopStrings(strings, tokenizer::decode, known ? tokenizer.vocabularySize() : 0);
  }

  /** Of a decoder about which nothing is known. */
  static StopStrings of(Function<int[], String> decoder, List<String> strings) {
    return new StopStrings(strings, decoder, 0);
  }

  List<String> strings() {
    return strings;
  }

  /** Whether a string has U+FFFD, for which tokens may stand or not as later tokens decide. */
  boolean havePartsOfCharacters() {
    return havePartsOfCharacters(strings);
  }

  private static boolean havePartsOfCharacters(List<String> strings) {
    return strings.stream().anyMatch(string -> string.contains(PART));
  }

  String decode(int[] ids) {
    return decoder.apply(ids);
  }

  /** Whether a text without these strings may have one after this token. */
  boolean completedBy(int id) {
    if (id < 0 || id >= tokens.length) {
      return true;
    }
    if (tokens[id] == 0) {
      tokens[id] = canComplete(id) ? CAN : CANNOT;
    }
    return tokens[id] == CAN;
  }

  /** Behind itself a token keeps the space that a first one may lose. */
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
