package io.herd.udfs.text;

import io.herd.udfs.RowException;
import io.herd.udfs.text.PromptSettings.OnOverflow;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Converts rows to token ids. A prompt that is too long fails, or has one column's text cut until
 * it fits: the instructions stay whole. Deterministic. Used by one thread.
 */
public final class PromptEncoder {
  /** Guesses before bisecting; the first is right if the column occurs once in the prompt. */
  private static final int GUESSES = 4;

  /**
   * A row's prompt.
   *
   * @param prompt as it was encoded
   * @param ids at least one
   * @param cut whether text of the row was left out to make it fit
   */
  public record Encoded(Prompt prompt, int[] ids, boolean cut) {}

  private final PromptRenderer renderer;
  private final Tokenizer tokenizer;
  private final OnOverflow onOverflow;
  private final String column;
  private final int maxTokens;

  /**
   * @param settings those of the renderer
   * @param maxTokens of a prompt
   */
  public PromptEncoder(
      PromptSettings settings, PromptRenderer renderer, Tokenizer tokenizer, int maxTokens) {
    this.renderer = renderer;
    this.tokenizer = tokenizer;
    this.onOverflow = settings.onOverflow();
    this.column = settings.cutColumn();
    this.maxTokens = maxTokens;
  }

  /** Returns the tokens of one row's prompt, which may use the model's full length. */
  public Encoded encode(Map<String, Object> row) {
    return encode(row, 0);
  }

  /**
   * Returns the tokens of one row's prompt.
   *
   * @param row the columns by name
   * @param reserved tokens of the most that a prompt may have which this one must leave free
   * @throws RowException when it has none, or too many and nothing may be cut
   */
  public Encoded encode(Map<String, Object> row, int reserved) {
    int most = Math.max(0, maxTokens - reserved);
    Object text = onOverflow == OnOverflow.FAIL ? null : at(row, column);
    Encoded encoded = text == null ? whole(row, most) : fitting(row, text.toString(), most);
    if (encoded.ids().length == 0) {
      throw new RowException("the prompt is empty");
    }
    return encoded;
  }

  private Encoded whole(Map<String, Object> row, int most) {
    Prompt prompt = renderer.render(row);
    return new Encoded(prompt, tokenizer.encode(prompt, renderer.chat(), most), false);
  }

  private Encoded fitting(Map<String, Object> row, String whole, int most) {
    String text = TextCut.ends(whole, tokenizer.mostChars(most));
    boolean cut = !text.equals(whole);
    Encoded encoded = encode(row, text, cut);
    return encoded.ids().length <= most && !cut
        ? encoded
        : cut(row, new TextCut(text, tokenizer.tokenStarts(text)), encoded.ids().length, most);
  }

  /** Finds the maximum number of the text's tokens with which the prompt fits. */
  private Encoded cut(Map<String, Object> row, TextCut text, int tokens, int most) {
    Encoded best = null;
    int fits = -1;
    int tooMany = text.tokens();
    int guess = tooMany + most - tokens;
    for (int tries = 0; fits + 1 < tooMany; tries++) {
      int kept =
          tries < GUESSES
              ? Math.max(fits + 1, Math.min(tooMany - 1, guess))
              : (fits + tooMany) >>> 1;
      // cut text may make other tokens
      Encoded encoded = encode(row, text.keep(kept, onOverflow), true);
      if (encoded.ids().length <= most) {
        best = encoded;
        fits = kept;
      } else {
        tooMany = kept;
      }
      guess = kept + most - encoded.ids().length;
    }
    if (best == null) {
      throw new RowException(
          "the prompt is too long even without the text of `"
              + column
              + "`: more than the "
              + most
              + " tokens that it may have");
    }
    return best;
  }

  private Encoded encode(Map<String, Object> row, String text, boolean cut) {
    Prompt prompt = renderer.render(with(row, column, text));
    return new Encoded(prompt, tokenizer.encode(prompt, renderer.chat()), cut);
  }

  private static Object at(Map<?, ?> row, String path) {
    if (row.containsKey(path) || path.indexOf('.') < 0) {
      return row.get(path);
    }
    int dot = path.indexOf('.');
    return row.get(path.substring(0, dot)) instanceof Map<?, ?> struct
        ? at(struct, path.substring(dot + 1))
        : null;
  }

  /** Returns a copy of the row with another text at an existing path. */
  private static Map<String, Object> with(Map<?, ?> row, String path, String text) {
    Map<String, Object> copy = new LinkedHashMap<>();
    row.forEach((name, value) -> copy.put((String) name, value));
    if (copy.containsKey(path)) {
      copy.put(path, text);
    } else {
      String first = path.substring(0, path.indexOf('.'));
      copy.put(first, with((Map<?, ?>) copy.get(first), path.substring(first.length() + 1), text));
    }
    return copy;
  }
}
