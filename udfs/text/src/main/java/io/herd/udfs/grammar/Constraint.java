package io.herd.udfs.grammar;

/** The state of one completion in its grammar. Used by one thread. */
public final class Constraint {
  private final Grammar grammar;
  private int state;

  Constraint(Grammar grammar, int start) {
    this.grammar = grammar;
    this.state = start;
  }

  /** Returns a copy with the same state. */
  public Constraint copy() {
    return new Constraint(grammar, state);
  }

  /**
   * Returns the tokens that may come next.
   *
   * @param left tokens that the completion may still have, the next included; 1 or more
   */
  public Mask allowed(int left) {
    return grammar.mask(state, left);
  }

  /** Returns a likely next token that the format forces, or a negative number. */
  public int forced() {
    return state < 0 ? Dfa.NO_STATE : grammar.forced().after(state);
  }

  /**
   * Accepts the model's next token; returns false when no text of the format continues like that.
   */
  public boolean take(int id) {
    if (state >= 0) {
      grammar.forced().took(state, id);
    }
    return suppose(id);
  }

  /** Accepts a proposed token; returns false when no text of the format continues like that. */
  public boolean suppose(int id) {
    state = state < 0 ? Dfa.NO_STATE : grammar.step(state, id);
    return state >= 0;
  }

  /** Returns whether the accepted tokens are a complete text. */
  public boolean whole() {
    return state >= 0 && grammar.accepts(state);
  }

  /** Returns whether the text is complete and can't be continued. */
  public boolean finished() {
    return whole() && !grammar.goesOn(state);
  }
}
