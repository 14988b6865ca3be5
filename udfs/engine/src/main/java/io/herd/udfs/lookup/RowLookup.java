package io.herd.udfs.lookup;

import io.herd.udfs.grammar.Constraint;

/** Proposes a row's next tokens, and learns from those that come. Confined to one thread. */
public final class RowLookup {
  /** Tokens less likely than this are worth their place in no pass. */
  private static final double LEAST_CHANCE = 0.05;

  private static final int NONE = -1;

  private final History history;
  private final AcceptanceRates chances;
  private Draft draft = Draft.NONE;
  private int free; // tokens since the last one that a format forced
  private int agreed; // tokens of the draft that came; more than it has once one was wrong

  /** Creates the lookup of a row that has only its prompt. */
  public RowLookup(int[] prompt, AcceptanceRates all) {
    this.history = new History(prompt);
    this.chances = all.ofRow();
    this.free = prompt.length;
  }

  /**
   * Records the token that was sampled.
   *
   * @param forced whether its format left no choice
   */
  public void took(int id, boolean forced) {
    if (agreed < draft.ids().length) {
      boolean right = draft.ids()[agreed] == id;
      chances.saw(draft.kinds()[agreed], right);
      agreed = right ? agreed + 1 : draft.ids().length;
    }
    free = forced ? 0 : free + 1;
    history.add(id);
  }

  /**
   * Proposes the tokens that a format forces, otherwise those that followed the last tokens
   * earlier.
   *
   * @param constraint what the row's format allows, or null
   * @param most tokens
   */
  public Draft propose(Constraint constraint, int most) {
    Constraint at = constraint == null ? null : constraint.copy();
    History.Match match = history.find(free);
    Draft.Builder next = new Draft.Builder(most);
    double chance = 1;
    while (next.size() < most && (at == null || !at.finished())) {
      int copied = match == null ? NONE : history.get(match, next.size());
      int forced = at == null ? NONE : at.forced();
      int id = forced == NONE ? copied : forced;
      int kind = forced == NONE ? kind(match, next.size()) : AcceptanceRates.FORCED;
      chance *= id == NONE ? 0 : chances.of(kind);
      boolean unlikely = next.size() > 0 && chance < LEAST_CHANCE; // the first is always compared
      if (id == NONE || unlikely || (at != null && !at.suppose(id))) {
        break;
      }
      next.add(id, kind, chance);
      match = forced == NONE ? match : null; // what is forced doesn't tell what comes behind it
    }
    draft = next.build();
    agreed = 0;
    return draft;
  }

  private static int kind(History.Match match, int ahead) {
    return match == null
        ? AcceptanceRates.FORCED
        : Math.min(match.length() + ahead, History.LONGEST);
  }
}
