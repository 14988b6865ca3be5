package io.herd.udfs.schedule;

/** What the scheduler must know of one request. */
public interface Sequence {
  /** The prompt. */
  int[] prompt();

  /** How many of its first tokens are known to be those of all prompts of its group. */
  int sharedTokens();

  /** Tokens that may follow the prompt: new ones, or those of labels. */
  int extraTokens();

  /** Tokens that its row must hold in the next decode pass. */
  int length();

  /** True when labels are scored in one pass, false when tokens are generated one after another. */
  boolean scored();

  /** Requests of different groups are never prefilled in one pass. */
  Object group();

  /** Tokens of the prompt. */
  default int promptTokens() {
    return prompt().length;
  }

  /** Tokens that its row must hold in the end. */
  default long tokens() {
    return (long) promptTokens() + extraTokens();
  }

  /**
   * Tokens that its first pass has to compute.
   *
   * @param start tokens of the prompt that it copies
   */
  default int passTokens(int start) {
    return promptTokens() - start + (scored() ? extraTokens() : 0);
  }
}
