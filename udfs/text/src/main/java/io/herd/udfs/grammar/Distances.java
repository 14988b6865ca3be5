package io.herd.udfs.grammar;

import java.util.Arrays;

/**
 * The distance of each state of a byte automaton from the end of a text, in tokens.
 *
 * @param tokens by state: the least number to an accepting state, or {@link #UNREACHED}
 * @param after by state: the different numbers that are left after one more token, ascending
 */
record Distances(int[] tokens, int[][] after) {
  static final int UNREACHED = Integer.MAX_VALUE;

  private static final int[] NOT_VISITED = {};

  static Distances of(Dfa dfa, TokenTrie trie) {
    int[][] targets = targets(dfa, trie);
    int[] tokens = distances(dfa, targets);
    int[][] after = new int[targets.length][];
    for (int state = 0; state < targets.length; state++) {
      after[state] =
          Arrays.stream(targets[state])
              .map(target -> tokens[target])
              .filter(distance -> distance != UNREACHED)
              .sorted()
              .distinct()
              .toArray();
    }
    return new Distances(tokens, after);
  }

  /** Returns, for each state that tokens reach from the start, the states one token further. */
  private static int[][] targets(Dfa dfa, TokenTrie trie) {
    int[][] targets = new int[dfa.size()][];
    Arrays.fill(targets, NOT_VISITED);
    boolean[] met = new boolean[dfa.size()];
    int[] queue = new int[dfa.size()];
    int size = 0;
    queue[size++] = dfa.start();
    met[dfa.start()] = true;
    States found = new States(dfa.size());
    for (int i = 0; i < size; i++) {
      trie.walk(dfa, queue[i], (id, next) -> found.add(next));
      targets[queue[i]] = found.take();
      for (int next : targets[queue[i]]) {
        if (!met[next]) {
          met[next] = true;
          queue[size++] = next;
        }
      }
    }
    return targets;
  }

  /** Searches breadth first from the accepting states, against the tokens' direction. */
  private static int[] distances(Dfa dfa, int[][] targets) {
    int[][] sources = reversed(targets);
    int[] out = new int[targets.length];
    int[] queue = new int[targets.length];
    int size = 0;
    for (int state = 0; state < out.length; state++) {
      out[state] = dfa.accepts(state) ? 0 : UNREACHED;
      if (dfa.accepts(state)) {
        queue[size++] = state;
      }
    }
    for (int i = 0; i < size; i++) {
      for (int source : sources[queue[i]]) {
        if (out[source] == UNREACHED) {
          out[source] = out[queue[i]] + 1;
          queue[size++] = source;
        }
      }
    }
    return out;
  }

  private static int[][] reversed(int[][] targets) {
    int[] counts = new int[targets.length];
    for (int[] each : targets) {
      for (int target : each) {
        counts[target]++;
      }
    }
    int[][] sources = new int[targets.length][];
    Arrays.setAll(sources, state -> new int[counts[state]]);
    for (int source = 0; source < targets.length; source++) {
      for (int target : targets[source]) {
        sources[target][--counts[target]] = source;
      }
    }
    return sources;
  }

  /** A reusable set of states. */
  private static final class States {
    private final boolean[] in;
    private int[] list = new int[16];
    private int size;

    States(int states) {
      in = new boolean[states];
    }

    void add(int state) {
      if (!in[state]) {
        in[state] = true;
        list = size == list.length ? Arrays.copyOf(list, 2 * size) : list;
        list[size++] = state;
      }
    }

    int[] take() {
      int[] taken = Arrays.copyOf(list, size);
      for (int state : taken) {
        in[state] = false;
      }
      size = 0;
      return taken;
    }
  }
}
