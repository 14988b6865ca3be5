package io.herd.udfs.grammar;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/** Chooses a bounded number of parts from a sequence, in their order. */
final class Choosing {
  private final List<Automaton> parts;
  private final List<Boolean> required;
  private final int least;
  private final int most;
  private final int cap;
  private final Automaton out = new Automaton();

  private Choosing(List<Automaton> parts, List<Boolean> required, int least, int most) {
    this.parts = parts;
    this.required = required;
    this.least = least;
    this.most = most < 0 ? parts.size() : Math.min(most, parts.size());
    this.cap = this.most < parts.size() ? this.most : Math.min(least, parts.size());
  }

  /**
   * Returns the texts of {@code least} to {@code most} of the parts.
   *
   * @param required which of the parts always come
   * @param most or -1
   * @param place what to name when it is too much
   */
  static Automaton some(
      Languages languages,
      List<Automaton> parts,
      List<Boolean> required,
      int least,
      int most,
      String place) {
    long always = required.stream().filter(each -> each).count();
    boolean anyNumber = least <= always && (most < 0 || most >= parts.size());
    if (anyNumber) {
      List<Automaton> row = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        row.add(required.get(i) ? parts.get(i) : Languages.optional(parts.get(i)));
      }
      return languages.concatenation(row);
    }
    if (least > parts.size() || (most >= 0 && most < always)) {
      return languages.union(List.of());
    }
    Choosing choosing = new Choosing(parts, required, least, most);
    Languages.refuseAbove(
        (choosing.cap + 1L) * parts.stream().mapToInt(Automaton::getNumStates).sum(), place);
    return choosing.made();
  }

  /**
   * Builds the automaton: state 0 is the start; then copies of the parts, the last part's first.
   */
  private Automaton made() {
    out.createState();
    List<Way> ways = new ArrayList<>(); // by the number of parts that have come
    for (int count = 0; count <= cap; count++) {
      ways.add(new Way(List.of(), count >= least));
    }
    List<List<int[]>> states = new ArrayList<>();
    for (int i = parts.size() - 1; i >= 0; i--) {
      List<Way> before = new ArrayList<>();
      for (int count = 0; count <= cap; count++) {
        boolean full = count == most;
        Way way = required.get(i) ? new Way(List.of(), false) : ways.get(count);
        before.add(full ? way : with(way, i, ways.get(Math.min(count + 1, cap)), states));
      }
      ways = before;
    }
    add(0, ways.get(0).transitions());
    out.setAccept(0, ways.get(0).ends());
    for (int state = 0; state < states.size(); state++) {
      add(state + 1, states.get(state));
    }
    out.finishState();
    return out;
  }

  /** The transitions (dest, min, max) between two parts, and whether the sequence may end there. */
  private record Way(List<int[]> transitions, boolean ends) {}

  private Way with(Way without, int i, Way after, List<List<int[]>> states) {
    Automaton part = parts.get(i);
    int offset = out.getNumStates();
    for (int state = 0; state < part.getNumStates(); state++) {
      List<int[]> own = of(part, state, offset);
      if (part.isAccept(state)) {
        own.addAll(after.transitions());
      }
      out.setAccept(out.createState(), part.isAccept(state) && after.ends());
      states.add(own);
    }
    List<int[]> transitions = new ArrayList<>(without.transitions());
    if (part.getNumStates() > 0) {
      transitions.addAll(of(part, 0, offset));
    }
    return new Way(transitions, without.ends());
  }

  private static List<int[]> of(Automaton part, int state, int offset) {
    List<int[]> all = new ArrayList<>();
    Transition each = new Transition();
    for (int i = part.initTransition(state, each); i > 0; i--) {
      part.getNextTransition(each);
      all.add(new int[] {offset + each.dest, each.min, each.max});
    }
    return all;
  }

  private void add(int source, List<int[]> transitions) {
    transitions.forEach(each -> out.addTransition(source, each[0], each[1], each[2]));
  }
}
