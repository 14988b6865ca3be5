package io.herd.udfs.lookup;

import io.herd.udfs.grammar.Constraint;
import java.util.Arrays;

/** Proposes a row's next tokens, and learns from those that come. Confined to one thread. */
public final class RowLookup {
  /** Tokens less likely than this are worth their place in no pass. */
  private static final double LEAST_CHANCE = 0.05;

  private final History history;
  private final Chances chances;
  private Draft draft = Draft.NONE;
  private int agreed; // tokens of the draft that came; more than it has once one was wrong

  /** Of a row that has its prompt only. */
  public RowLookup(int[] prompt, Chances all) {
    this.history = new History(prompt);
    this.chances = all.ofRow();
  }

  /** Takes the token that came. */
  public void took(int id) {
    if (agreed < draft.ids().length) {
      boolean right = draft.ids()[agreed] == id;
      chances.saw(draft.kinds()[agreed], right);
      agreed = right ? agreed + 1 : draft.ids().length;
    }
    history.add(id);
  }

  /**
   * What may come next.
   *
   * @param constraint what the row's format allows, or null
   * @param most tokens
   */
  public Draft propose(Constraint constraint, int most) {
    Constraint at = constraint == null ? null : constraint.copy();
    History.Match match = history.find();
    int[] ids = new int[most];
    int[] kinds = new int[most];
    double[] each = new double[most];
    int count = 0;
    double chance = 1;
    while (count < most && match != null && (at == null || !at.finished())) {
      int id = history.get(match.next() + count, history.size() - match.next());
      int kind = Math.min(match.length() + count, History.LONGEST);
      chance *= chances.of(kind);
      boolean unlikely = count > 0 && chance < LEAST_CHANCE; // the first is compared in any case
      if (unlikely || (at != null && !at.take(id))) {
        break;
      }
      ids[count] = id;
      kinds[count] = kind;
      each[count++] = chance;
    }
    draft =
        new Draft(
            Arrays.copyOf(ids, count), Arrays.copyOf(kinds, count), Arrays.copyOf(each, count));
    agreed = 0;
    return draft;
  }
}
