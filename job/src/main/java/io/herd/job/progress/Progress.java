package io.herd.job.progress;

/**
 * How far the generate step was at one time; {@code run.json} has these fields under these names.
 *
 * @param seconds since the step began
 * @param rows done, failed ones included
 * @param failed of them without a result
 * @param promptTokens of the rows with a result
 * @param completionTokens that were generated
 */
public record Progress(
    double seconds, long rows, long failed, long promptTokens, long completionTokens) {

  public static final Progress NONE = new Progress(0, 0, 0, 0, 0);

  private long tokens() {
    return promptTokens + completionTokens;
  }

  /** Tokens per second between an earlier time and this one. */
  public double rateSince(Progress before) {
    return seconds <= before.seconds
        ? 0
        : (tokens() - before.tokens()) / (seconds - before.seconds);
  }
}
