package io.herd.udfs.grammar;

/** How far one completion has come in its grammar. Used by one thread. */
public final class Constraint {
  private final Grammar grammar;
  private int state;

  Constraint(Grammar grammar, int start) {
    this.grammar = grammar;
    this.state = start;
  }

  /** Another one that has come as far. */
  public Constraint copy() {
    return new Constraint(grammar, state);
  }

  /**
   * The tokens that may come next.
   *
   * @param left tokens that the completion may still have, the next included; 1 or more
   */
  public Mask allowed(int left) {
    return grammar.mask(state, left);
  }

  /** A token that likely comes next because the format leaves no choice, or a negative number. */
  public int forced() {
    return state < 0 ? Dfa.NO_STATE : grammar.forced().after(state);
  }

  /** Takes the next token, which the model chose; false when no text of the format goes on so. */
  public boolean take(int id) {
    if (state >= 0) {
      grammar.forced().took(state, id);
    }
    return suppose(id);
  }

  /** Takes a token that may come next; false when no text of the format goes on so. */
  public boolean suppose(int id) {
    state = state < 0 ? Dfa.NO_STATE : grammar.step(state, id);
    return state >= 0;
  }

  /** Whether what was taken is a whole text. */
  public boolean whole() {
    return state >= 0 && grammar.accepts(state);
  }

  /** Whether it is a whole text and no longer one begins with it. */
  public boolean finished() {
    return whole() && !grammar.goesOn(state);
  }
}
