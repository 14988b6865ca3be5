package io.herd.job.progress;

/**
 * The generate step's progress at one time; {@code run.json} has these fields under these names.
 *
 * @param seconds since the step began
 * @param rows done, failed ones included
 * @param failed of them without a result
 * @param promptTokens of the rows with a result
 * @param completionTokens that were generated for these
 * @param tokensComputed of prompts and completions, also of rows in work
 */
public record Progress(
    double seconds,
    long rows,
    long failed,
    long promptTokens,
    long completionTokens,
    long tokensComputed) {

  public static final Progress NONE = at(0);

  /** Nothing done yet. */
  static Progress at(double seconds) {
    return new Progress(seconds, 0, 0, 0, 0, 0);
  }

  /**
   * Returns the tokens per second between an earlier time and this one; tokens of a dead task,
   * which are subtracted, count as zero.
   */
  public double rateSince(Progress before) {
    return seconds <= before.seconds
        ? 0
        : Math.max(0, tokensComputed - before.tokensComputed) / (seconds - before.seconds);
  }
}
