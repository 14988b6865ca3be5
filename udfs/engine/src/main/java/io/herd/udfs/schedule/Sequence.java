package io.herd.udfs.schedule;

/** The scheduler's view of one request. */
public interface Sequence {
  /** Returns the prompt. */
  int[] prompt();

  /** Returns how many of its first tokens are known to be shared by all prompts of its group. */
  int sharedTokens();

  /** Returns the maximum number of tokens after the prompt: new ones, or those of labels. */
  int extraTokens();

  /** Returns the number of tokens that its row must hold in the next decode pass. */
  int length();

  /**
   * Returns true when labels are scored in one pass, false when tokens are generated one after
   * another.
   */
  boolean scored();

  /** Returns the group; requests of different groups are never prefilled in one pass. */
  Object group();

  /** Returns the number of tokens in the prompt. */
  default int promptTokens() {
    return prompt().length;
  }

  /** Returns the number of tokens that its row must hold in the end. */
  default long tokens() {
    return (long) promptTokens() + extraTokens();
  }

  /**
   * Returns the number of tokens that its first pass has to compute.
   *
   * @param start tokens of the prompt that it copies
   */
  default int passTokens(int start) {
    return promptTokens() - start + (scored() ? extraTokens() : 0);
  }
}
