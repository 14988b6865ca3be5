package io.herd.udfs.grammar;

import java.util.BitSet;
import java.util.List;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/**
 * Handles {@code ^} and {@code $} in automata as special characters; any number of them may come
 * before and after a text. Halves of surrogate pairs stand for them, because no text has those.
 */
final class Anchors {
  private static final int START_MARK = 0xd800;
  private static final int END_MARK = 0xd801;

  static final Automaton START = Languages.mark(START_MARK);
  static final Automaton END = Languages.mark(END_MARK);

  private Anchors() {}

  static Automaton anyCharOrAnchor(Languages languages) {
    return languages.union(List.of(Languages.anyChar(), START, END));
  }

  /** Returns the texts that match between their marks, without the marks. */
  static Automaton resolved(Languages languages, Automaton marked, String place) {
    Automaton body =
        languages.concatenation(
            Repetition.of(languages, START, 0, -1, place),
            Repetition.of(languages, Languages.anyChar(), 0, -1, place),
            Repetition.of(languages, END, 0, -1, place));
    Automaton both =
        languages.intersection(
            languages.deterministic(marked, place), languages.deterministic(body, place), place);
    return withoutMarks(languages.deterministic(both, place));
  }

  private static Automaton withoutMarks(Automaton marked) {
    Automaton out = new Automaton();
    out.createState();
    if (marked.getNumStates() == 0) {
      return out;
    }
    for (int state = 0; state < marked.getNumStates(); state++) {
      out.setAccept(out.createState(), endsFrom(marked, state));
    }
    BitSet begun = followed(marked, 0, START_MARK);
    begun.stream().forEach(state -> copy(marked, state, out, 0));
    out.setAccept(0, begun.stream().anyMatch(state -> endsFrom(marked, state)));
    for (int state = 0; state < marked.getNumStates(); state++) {
      copy(marked, state, out, state + 1);
    }
    out.finishState();
    return out;
  }

  private static boolean endsFrom(Automaton marked, int state) {
    return followed(marked, state, END_MARK).stream().anyMatch(marked::isAccept);
  }

  /** Returns the states that any number of a mark leads to. */
  private static BitSet followed(Automaton marked, int state, int mark) {
    BitSet met = new BitSet();
    for (int at = state; at >= 0 && !met.get(at); at = marked.step(at, mark)) {
      met.set(at);
    }
    return met;
  }

  private static void copy(Automaton marked, int state, Automaton out, int source) {
    Transition each = new Transition();
    for (int i = marked.initTransition(state, each); i > 0; i--) {
      marked.getNextTransition(each);
      if (each.max < START_MARK || each.min > END_MARK) {
        out.addTransition(source, each.dest + 1, each.min, each.max);
      }
    }
  }
}
