package io.herd.udfs.grammar;

import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.Transition;

/** Concatenates a language's texts a bounded number of times. */
final class Repetition {
  private Repetition() {}

  /**
   * Returns {@code least} to {@code most} repetitions.
   *
   * @param most or -1 for any number
   * @param place what to name when it is too much
   */
  static Automaton of(Languages languages, Automaton part, int least, int most, String place) {
    long copies = Math.max(least, most);
    if (copies * part.getNumStates() > Languages.MOST_STATES) {
      throw Languages.tooComplex(place + ": " + copies + " repetitions are too many", null);
    }
    if (Languages.isEmpty(part)) {
      return least == 0 ? Languages.empty() : part;
    }
    if (part.isAccept(0)) {
      Automaton some = languages.withoutEmpty(part);
      return Languages.isEmpty(some) ? Languages.empty() : of(languages, some, 0, most, place);
    }
    if (most == 0) {
      return Languages.empty();
    }
    if (most < 0) {
      Automaton any = Operations.repeat(part);
      return languages.charged(
          least == 0 ? any : Operations.concatenate(copies(part, least, least), any));
    }
    return languages.charged(
        least == 0 ? Languages.optional(copies(part, 1, most)) : copies(part, least, most));
  }

  /**
   * Builds (part (part (...)?)?), in which a reader is in one copy at a time. With a sequence of
   * optional parts it would be in all of them, and determinizing that takes quadratic time.
   *
   * @param least 1 or more
   */
  private static Automaton copies(Automaton part, int least, int most) {
    int size = part.getNumStates();
    Automaton out = new Automaton();
    for (int i = 0; i < most * size; i++) {
      out.createState();
    }
    for (int copy = 0; copy < most; copy++) {
      for (int state = 0; state < size; state++) {
        int source = copy * size + state;
        lead(part, state, out, source, copy * size);
        if (part.isAccept(state)) {
          out.setAccept(source, copy + 1 >= least);
          if (copy + 1 < most) {
            lead(part, 0, out, source, (copy + 1) * size);
          }
        }
      }
    }
    out.finishState();
    return out;
  }

  /** Copies the transitions of a part's state to a state of {@code out}. */
  private static void lead(Automaton part, int state, Automaton out, int source, int offset) {
    Transition each = new Transition();
    for (int i = part.initTransition(state, each); i > 0; i--) {
      part.getNextTransition(each);
      out.addTransition(source, offset + each.dest, each.min, each.max);
    }
  }
}
