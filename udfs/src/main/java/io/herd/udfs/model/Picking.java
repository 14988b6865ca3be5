package io.herd.udfs.model;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How the next token of each row is chosen.
 *
 * @param temperatures for each row, 0 for the most likely token, else the divisor of the logits
 *     before a draw
 * @param uniforms for each row, a draw from [0, 1); unused where the temperature is 0
 * @param suppressEnd for each row, whether end-of-text tokens are ruled out
 */
public record Picking(double[] temperatures, double[] uniforms, boolean[] suppressEnd) {

  /** The most likely token of each row. */
  public static Picking greedy(int rows) {
    return new Picking(new double[rows], new double[rows], new boolean[rows]);
  }

  boolean draws() {
    return Arrays.stream(temperatures).anyMatch(temperature -> temperature > 0);
  }

  boolean suppresses() {
    return IntStream.range(0, suppressEnd.length).anyMatch(i -> suppressEnd[i]);
  }

  /** The same for chosen rows only. */
  Picking only(int[] rows) {
    boolean[] suppress = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      suppress[i] = suppressEnd[rows[i]];
    }
    return new Picking(
        Arrays.stream(rows).mapToDouble(row -> temperatures[row]).toArray(),
        Arrays.stream(rows).mapToDouble(row -> uniforms[row]).toArray(),
        suppress);
  }
}
