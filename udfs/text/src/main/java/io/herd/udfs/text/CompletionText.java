package io.herd.udfs.text;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Decodes one completion token by token, and finds where a stop string ends it.
 *
 * <p>Its text is always that of decoding all tokens at once. To find stop strings cheaply, it
 * decodes only after tokens that may complete one, and then a window of the last tokens; a find is
 * confirmed on the whole. The window moves only to where what remains decodes as it does within the
 * whole: tokens may hold part of a character, and some decoders drop a leading space.
 *
 * <p>Used by one thread.
 */
public final class CompletionText {
  private static final int WINDOW_TOKENS = 12;

  /** Bounds the window for junk that never decodes. */
  private static final int MOST_TRIES_TO_MOVE = 500;

  /**
   * A character has at most four tokens, and those may still change. Only U+FFFD can reach further
   * back: a run of byte tokens that turns invalid becomes U+FFFD as a whole.
   */
  private static final int UNSETTLED_CHARS = 4;

  private final StopStrings stop;
  private final int minTokens;
  private final int contextChars;
  private int[] ids = new int[64];
  private int size;
  private int windowStart;
  private int moveAt;
  private int triesToMove;
  private String text;
  private int textSize = -1;
  private int untouched; // chars of the first tokens, in which no stop string may end

  /** Creates an empty completion, which a stop string may end at once. */
  public CompletionText(Function<int[], String> decoder, List<String> stop) {
    this(decoder, stop, 0);
  }

  /**
   * Creates an empty completion with a minimum length.
   *
   * @param decoder the text of token ids, special tokens left out, such as {@link Tokenizer#decode}
   * @param stop the strings that end the completion, none of them empty
   * @param minTokens a stop string that ends within the first {@code minTokens} is text, as in
   *     vLLM: one that only begins there counts
   */
  public CompletionText(Function<int[], String> decoder, List<String> stop, int minTokens) {
    this(StopStrings.of(decoder, stop), minTokens);
  }

  /**
   * Creates an empty completion with prepared stop strings.
   *
   * @param stop which all completions of a task share
   * @param minTokens within which no stop string may end
   */
  public CompletionText(StopStrings stop, int minTokens) {
    this.stop = stop;
    this.minTokens = minTokens;
    int longest = stop.strings().stream().mapToInt(String::length).max().orElse(0);
    this.contextChars = longest + UNSETTLED_CHARS;
    this.moveAt = stop.havePartsOfCharacters() ? Integer.MAX_VALUE : WINDOW_TOKENS;
  }

  /**
   * Appends a token; returns true when a stop string is complete, and no more tokens are needed.
   */
  public boolean append(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
    }
    ids[size++] = id;
    if (stop.strings().isEmpty() || size < minTokens) {
      return false;
    }
    if (size == minTokens) {
      untouched = decode(0).replaceFirst("\uFFFD+$", "").length(); // that may still change
      return false;
    }
    if (!stop.completedBy(id)) {
      return false;
    }
    String window = decode(windowStart);
    boolean found = stopStart(window, 0) >= 0 && stopStart(decode(0), untouched) >= 0;
    if (!found && size - windowStart >= moveAt) {
      moveWindow(window);
    }
    return found;
  }

  /** Returns the tokens so far. */
  public int[] ids() {
    return Arrays.copyOf(ids, size);
  }

  /** Returns the completion so far, without the first stop string and what follows it. */
  public String text() {
    if (textSize != size) {
      String whole = decode(0);
      int end = size <= minTokens ? -1 : stopStart(whole, untouched);
      text = end < 0 ? whole : whole.substring(0, end);
      textSize = size;
    }
    return text;
  }

  private void moveWindow(String window) {
    int start = size - (size - windowStart) / 2;
    String tail = decode(start);
    boolean forced = ++triesToMove >= MOST_TRIES_TO_MOVE;
    boolean settled = window.endsWith(tail) && !tail.startsWith("\uFFFD");
    if (tail.length() >= contextChars && (settled || forced)) {
      windowStart = start;
      triesToMove = 0;
      moveAt = Math.max(WINDOW_TOKENS, 2 * (size - start));
    }
  }

  private String decode(int start) {
    return stop.decode(Arrays.copyOfRange(ids, start, size));
  }

  /**
   * @param after where the first stop string may end, or later
   */
  private int stopStart(String decoded, int after) {
    int first = -1;
    for (String string : stop.strings()) {
      int at = decoded.indexOf(string, Math.max(0, after - string.length() + 1));
      first = first < 0 || (at >= 0 && at < first) ? at : first;
    }
    return first;
  }
}
