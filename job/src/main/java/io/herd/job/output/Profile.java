package io.herd.job.output;

import java.util.List;
import java.util.Map;

/**
 * Statistics of the output's rows; {@code run.json} has these fields under these names.
 *
 * @param promptTokens lengths of the ok rows' prompts
 * @param completionTokens lengths of their completions
 * @param finishReasons completions by why they ended
 * @param labels rows by their label, the most frequent first; rows with several count once for each
 * @param otherLabels rows with labels that aren't listed, because they are too many
 * @param probabilities rows by the probability of their label, in ten bins from 0 to 1; empty where
 *     rows have no label or several
 * @param parsed what the fields of {@code parsed} are like, where its schema bounds them
 * @param failures failed rows by their reason, the most frequent first
 */
public record Profile(
    Lengths promptTokens,
    Lengths completionTokens,
    Map<String, Long> finishReasons,
    Map<String, Long> labels,
    long otherLabels,
    List<Long> probabilities,
    List<Field> parsed,
    List<Failures> failures) {

  /** The profile of no rows. */
  public static final Profile NONE =
      new Profile(
          Lengths.NONE, Lengths.NONE, Map.of(), Map.of(), 0, List.of(), List.of(), List.of());

  /**
   * Numbers of tokens in bins of equal width.
   *
   * @param binWidth tokens; the first bin begins at 0
   * @param rows in each bin, up to the last one that isn't empty
   */
  public record Lengths(int binWidth, List<Long> rows) {
    static final Lengths NONE = new Lengths(1, List.of());
  }

  /**
   * A field of {@code parsed}.
   *
   * @param values rows by its value, the most frequent first; null where these are any texts
   * @param maxLength of its strings in characters, or null
   * @param atMaxLength rows whose string is so long, and may have been ended by it; null without
   */
  public record Field(String name, Map<String, Long> values, Integer maxLength, Long atMaxLength) {}

  /**
   * Rows that failed for the same reason.
   *
   * @param reason with # in place of numbers
   * @param examples ids of a few of these rows; none without {@code herd.input.id-column}
   */
  public record Failures(String reason, long rows, List<String> examples) {}
}
