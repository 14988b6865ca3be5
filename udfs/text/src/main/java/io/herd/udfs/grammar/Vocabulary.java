package io.herd.udfs.grammar;

import java.util.List;

/**
 * The text that each token of a tokenizer adds to a completion.
 *
 * @param tokens by id, the bytes that the token adds in UTF-8; empty for those that add nothing or
 *     must not be in a text: special tokens, and ids without a token
 * @param dropsFirstSpace whether one space at the start of a text is lost when it is decoded, as
 *     with Llama 2's tokenizer
 */
public record Vocabulary(List<byte[]> tokens, boolean dropsFirstSpace) {
  public Vocabulary {
    tokens = List.copyOf(tokens);
  }

  /** Returns the largest id plus one. */
  public int size() {
    return tokens.size();
  }
}
