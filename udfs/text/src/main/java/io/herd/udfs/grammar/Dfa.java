package io.herd.udfs.grammar;

import java.util.Arrays;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/**
 * A deterministic automaton over bytes as a table. From each of its states an accepting one can be
 * reached. Immutable.
 */
final class Dfa {
  static final int NO_STATE = -1;
  private static final int BYTES = 256;

  private final byte[] classes = new byte[BYTES]; // bytes that no state tells apart share one
  private final int width;
  private final int[] table; // [state, class]
  private final boolean[] accepting;
  private final int start;

  /**
   * Converts an automaton without dead states.
   *
   * @param dropsFirstSpace whether a text that begins with a space is read without it
   */
  Dfa(Automaton texts, boolean dropsFirstSpace) {
    boolean[] borders = new boolean[BYTES + 1];
    for (int point : texts.getStartPoints()) {
      borders[Math.min(point, BYTES)] = true;
    }
    borders[' '] = true;
    borders[' ' + 1] = true;
    int last = 0;
    for (int b = 1; b < BYTES; b++) {
      last += borders[b] ? 1 : 0;
      classes[b] = (byte) last;
    }
    int states = texts.getNumStates();
    this.width = last + 1;
    this.table = new int[(states + 1) * width];
    this.accepting = new boolean[states + 1];
    fill(texts);
    this.start = dropsFirstSpace ? states : 0;
    System.arraycopy(table, 0, table, states * width, width);
    accepting[states] = accepting[0];
    table[states * width + classOf((byte) ' ')] = 0;
  }

  private void fill(Automaton texts) {
    Arrays.fill(table, NO_STATE);
    Transition each = new Transition();
    for (int state = 0; state < texts.getNumStates(); state++) {
      accepting[state] = texts.isAccept(state);
      for (int i = texts.initTransition(state, each); i > 0; i--) {
        texts.getNextTransition(each);
        int from = classOf((byte) each.min);
        int to = classOf((byte) each.max);
        Arrays.fill(table, state * width + from, state * width + to + 1, each.dest);
      }
    }
  }

  private int classOf(byte label) {
    return classes[label & 0xff] & 0xff;
  }

  int start() {
    return start;
  }

  /** Returns the largest state plus one. */
  int size() {
    return accepting.length;
  }

  boolean accepts(int state) {
    return accepting[state];
  }

  /**
   * Returns the only byte that may follow a state, or a negative number where the text may end or
   * branch.
   */
  int onlyByte(int state) {
    int only = NO_STATE;
    for (int b = 0; b < BYTES && !accepting[state]; b++) {
      if (step(state, (byte) b) >= 0) {
        if (only >= 0) {
          return NO_STATE;
        }
        only = b;
      }
    }
    return only;
  }

  /** Returns the state after a byte, or a negative number if no text continues like that. */
  int step(int state, byte label) {
    return table[state * width + classOf(label)];
  }
}
