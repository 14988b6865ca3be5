package io.herd.udfs.grammar;

import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/** The content of an array or an object: values separated by commas. */
final class Lists {
  private Lists() {}

  /** Matches a comma, an optional space, and a value. */
  static Automaton listed(Languages languages, Automaton value) {
    return languages.concatenation(
        Languages.literal(","), Languages.optional(Languages.literal(" ")), value);
  }

  /** Matches a list of {@link #listed} values in brackets, without the first comma. */
  static Automaton between(Languages languages, String open, Automaton list, String close) {
    return languages.concatenation(
        Languages.literal(open), withoutFirstComma(list), Languages.literal(close));
  }

  /**
   * Removes the first comma, with which all texts except the empty one begin, and the optional
   * space after it.
   */
  private static Automaton withoutFirstComma(Automaton list) {
    if (list.getNumStates() == 0) {
      return list;
    }
    Automaton out = new Automaton();
    out.createState();
    out.copy(list);
    Transition comma = new Transition();
    Transition next = new Transition();
    for (int i = list.initTransition(0, comma); i > 0; i--) {
      list.getNextTransition(comma);
      for (int j = list.initTransition(comma.dest, next); j > 0; j--) {
        list.getNextTransition(next);
        if (next.min != ' ') {
          out.addTransition(0, next.dest + 1, next.min, next.max);
        }
      }
    }
    out.setAccept(0, list.isAccept(0));
    out.finishState();
    return out;
  }
}
