package io.herd.udfs.grammar;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary as a tree of their bytes, in preorder: node i's subtree is i up to
 * {@code end[i]}, so a walk is one pass that skips subtrees without a transition.
 */
final class TokenTrie {
  private static final int[] NONE = {};

  private final byte[] label;
  private final int[] depth; // 0 for a first byte
  private final int[] end;
  private final int[][] ids; // tokens that end at the node, mostly one or none
  private final int longest;

  /** Receives each token that a walk reaches. */
  interface Visitor {
    void token(int id, int state);
  }

  /**
   * Builds the tree of all tokens that may be part of a text.
   *
   * @param endIds tokens that end a completion
   */
  TokenTrie(Vocabulary vocabulary, Set<Integer> endIds) {
    byte[][] tokens = vocabulary.tokens().toArray(byte[][]::new);
    int[] sorted =
        IntStream.range(0, tokens.length)
            .filter(id -> tokens[id].length > 0 && !endIds.contains(id))
            .boxed()
            .sorted(Comparator.comparing(id -> tokens[id], Arrays::compareUnsigned))
            .mapToInt(Integer::intValue)
            .toArray();
    int nodes = 0;
    byte[] before = {};
    for (int id : sorted) {
      nodes += tokens[id].length - shared(before, tokens[id]);
      before = tokens[id];
    }
    this.label = new byte[nodes];
    this.depth = new int[nodes];
    this.end = new int[nodes];
    this.ids = new int[nodes][];
    this.longest = fill(tokens, sorted);
  }

  private static int shared(byte[] one, byte[] other) {
    int mismatch = Arrays.mismatch(one, other);
    return mismatch < 0 ? one.length : mismatch;
  }

  private int fill(byte[][] tokens, int[] sorted) {
    int most = 0;
    int node = 0;
    byte[] before = {};
    for (int id : sorted) {
      byte[] token = tokens[id];
      for (int i = shared(before, token); i < token.length; i++) {
        label[node] = token[i];
        depth[node] = i;
        ids[node++] = NONE;
      }
      ids[node - 1] = Arrays.copyOf(ids[node - 1], ids[node - 1].length + 1);
      ids[node - 1][ids[node - 1].length - 1] = id;
      most = Math.max(most, token.length);
      before = token;
    }
    int[] open = new int[most + 1]; // the nearest later node of each depth or a lower one
    Arrays.fill(open, node);
    for (int i = node - 1; i >= 0; i--) {
      end[i] = open[depth[i]];
      Arrays.fill(open, depth[i], most + 1, i);
    }
    return most;
  }

  /** Returns the longest token at the beginning of a text, or a negative number. */
  int longest(byte[] text) {
    int found = -1;
    int node = 0;
    int after = label.length; // the end of the children among which the next byte is looked for
    for (byte next : text) {
      while (node < after && label[node] != next) {
        node = end[node];
      }
      if (node >= after) {
        return found;
      }
      found = ids[node].length > 0 ? ids[node][0] : found;
      after = end[node++];
    }
    return found;
  }

  /** Visits every token whose bytes lead from the state to a live one. */
  void walk(Dfa dfa, int start, Visitor visitor) {
    int[] states = new int[longest + 1];
    states[0] = start;
    for (int node = 0; node < label.length; ) {
      int next = dfa.step(states[depth[node]], label[node]);
      if (next < 0) {
        node = end[node];
      } else {
        states[depth[node] + 1] = next;
        for (int id : ids[node]) {
          visitor.token(id, next);
        }
        node++;
      }
    }
  }
}
