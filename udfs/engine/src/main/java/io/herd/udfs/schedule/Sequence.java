package io.herd.udfs.schedule;

/** What the scheduler must know of one request. */
public interface Sequence {
  /** Tokens of the prompt. */
  int promptTokens();

  /** How many of them lie in a prefix that is already computed. */
  int sharedTokens();

  /** Tokens that may follow the prompt: new ones, or those of labels. */
  int extraTokens();

  /** Tokens that its row must hold in the next decode pass. */
  int length();

  /** True when labels are scored in one pass, false when tokens are generated one after another. */
  boolean scored();

  /** Requests of different groups are never prefilled in one pass. */
  Object group();

  /** Tokens that its row must hold in the end. */
  default long tokens() {
    return (long) promptTokens() + extraTokens();
  }

  /** Tokens that its first pass has to compute. */
  default int passTokens() {
    return promptTokens() - sharedTokens() + (scored() ? extraTokens() : 0);
  }
}
