package io.herd.udfs.sample;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tokens of all labels, laid out for scoring in one pass: the prompt is followed by a tail with
 * every label's tokens except its last; each tail token attends only to the prompt and its own
 * label.
 *
 * <p>A label's log-probability is the sum over its tokens; the first is read at the prompt's end,
 * the next at the first's place in the tail, and so on. (SpecInfer's tree attention, Miao et al.
 * 2023.)
 */
public final class LabelTokens {
  private final int[][] labels;
  private final int[] starts; // of each label in the tail
  private final int tailLength;

  /** One array of token ids per label; none may be empty. */
  public LabelTokens(List<int[]> labels) {
    this.labels = labels.toArray(int[][]::new);
    this.starts = new int[this.labels.length];
    int at = 0;
    for (int i = 0; i < this.labels.length; i++) {
      if (this.labels[i].length == 0) {
        throw new IllegalArgumentException("label " + i + " has no tokens");
      }
      starts[i] = at;
      at += this.labels[i].length - 1;
    }
    this.tailLength = at;
  }

  /** Returns the ids of each label. */
  public List<int[]> ids() {
    return Arrays.stream(labels).map(int[]::clone).toList();
  }

  /** Returns the number of labels. */
  public int count() {
    return labels.length;
  }

  /** Returns the number of one label's tokens. */
  int length(int label) {
    return labels[label].length;
  }

  /** Returns the number of tokens in the tail. */
  public int tailLength() {
    return tailLength;
  }

  /** Returns the ids of the tail: {@code [tailLength]}. */
  public long[] tail() {
    long[] out = new long[tailLength];
    eachTail((label, i, at) -> out[at] = labels[label][i]);
    return out;
  }

  /** Returns the distance of each tail token from the prompt's end: {@code [tailLength]}. */
  public long[] depths() {
    long[] out = new long[tailLength];
    eachTail((label, i, at) -> out[at] = i);
    return out;
  }

  /**
   * Returns which tail tokens each tail token attends to, itself included: {@code [tailLength,
   * tailLength]}.
   */
  public boolean[] visible() {
    boolean[] out = new boolean[tailLength * tailLength];
    eachTail(
        (label, i, at) ->
            Arrays.fill(out, at * tailLength + starts[label], at * tailLength + at + 1, true));
    return out;
  }

  /**
   * Returns, for every token of every label, where its probability is read: 0 for the prompt's end,
   * else 1 + tail index.
   */
  public long[] readAt() {
    long[] out = new long[tailLength + labels.length];
    eachToken((label, i, n) -> out[n] = i == 0 ? 0 : starts[label] + i);
    return out;
  }

  /** Returns, for every token of every label, its id, in the order of {@link #readAt}. */
  public long[] readIds() {
    long[] out = new long[tailLength + labels.length];
    eachToken((label, i, n) -> out[n] = labels[label][i]);
    return out;
  }

  /**
   * Sums the tokens' log-probabilities of one row.
   *
   * @param tokens in the order of {@link #readAt}, starting at {@code offset}
   * @return one sum per label
   */
  public double[] sums(float[] tokens, int offset) {
    double[] out = new double[labels.length];
    eachToken((label, i, n) -> out[label] += tokens[offset + n]);
    return out;
  }

  /**
   * Returns the probability that the model writes one of the labels. A label that begins with
   * another is part of that one's.
   *
   * @param sums from {@link #sums}
   */
  public double share(double[] sums) {
    Set<IntBuffer> seen = new HashSet<>();
    for (int[] label : labels) {
      seen.add(IntBuffer.wrap(label));
    }
    double share = 0;
    for (int i = 0; i < labels.length; i++) {
      share += extendsAnother(labels[i], seen) ? 0 : Math.exp(sums[i]);
    }
    return Math.min(1, share);
  }

  private static boolean extendsAnother(int[] label, Set<IntBuffer> all) {
    for (int n = 1; n < label.length; n++) {
      if (all.contains(IntBuffer.wrap(label, 0, n).slice())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelTokens that && Arrays.deepEquals(labels, that.labels);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(labels);
  }

  private interface Visitor {
    void visit(int label, int token, int place);
  }

  private void eachTail(Visitor visitor) {
    for (int label = 0; label < labels.length; label++) {
      for (int i = 0; i < labels[label].length - 1; i++) {
        visitor.visit(label, i, starts[label] + i);
      }
    }
  }

  private void eachToken(Visitor visitor) {
    int n = 0;
    for (int label = 0; label < labels.length; label++) {
      for (int i = 0; i < labels[label].length; i++) {
        visitor.visit(label, i, n++);
      }
    }
  }
}
