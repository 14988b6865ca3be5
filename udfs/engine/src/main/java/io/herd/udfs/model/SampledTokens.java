package io.herd.udfs.model;

import io.herd.udfs.sample.TokenScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The next token of each row.
 *
 * @param ids of the tokens
 * @param scores of each, or empty when no row asked for any
 */
public record SampledTokens(int[] ids, List<TokenScores> scores) {

  /** Creates tokens without scores. */
  public static SampledTokens of(int... ids) {
    return new SampledTokens(ids, List.of());
  }

  /** Returns the scores of a row, or null. */
  public TokenScores scores(int row) {
    return scores.isEmpty() ? null : scores.get(row);
  }

  /**
   * Converts the result of {@code sample}: rows of {@code [id, its log-probability, ids...,
   * theirs...]}.
   */
  static SampledTokens of(double[] flat, int logprobs) {
    int width = 2 + 2 * logprobs;
    int[] ids = new int[flat.length / width];
    List<TokenScores> scores = new ArrayList<>();
    for (int row = 0; row < ids.length; row++) {
      int at = row * width;
      int middle = at + 2 + logprobs;
      ids[row] = (int) flat[at];
      int[] others = Arrays.stream(flat, at + 2, middle).mapToInt(id -> (int) id).toArray();
      double[] theirs = Arrays.copyOfRange(flat, middle, at + width);
      scores.add(new TokenScores(ids[row], flat[at + 1], others, theirs));
    }
    return new SampledTokens(ids, scores);
  }
}
