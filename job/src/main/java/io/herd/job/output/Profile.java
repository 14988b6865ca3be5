package io.herd.job.output;

import java.util.List;
import java.util.Map;

/**
 * What the output's rows are like; {@code run.json} has these fields under these names.
 *
 * @param prompt_tokens lengths of the ok rows' prompts
 * @param completion_tokens lengths of their completions
 * @param finish_reasons completions by why they ended
 * @param labels rows by their label, the most frequent first; rows with several count once for each
 * @param other_labels rows with labels that aren't listed, because they are too many
 * @param failures failed rows by their reason, the most frequent first
 */
public record Profile(
    Lengths prompt_tokens,
    Lengths completion_tokens,
    Map<String, Long> finish_reasons,
    Map<String, Long> labels,
    long other_labels,
    List<Failures> failures) {

  /** Of no rows. */
  public static final Profile NONE =
      new Profile(Lengths.NONE, Lengths.NONE, Map.of(), Map.of(), 0, List.of());

  /**
   * Numbers of tokens in bins of equal width.
   *
   * @param bin_width tokens; the first bin begins at 0
   * @param rows in each bin, up to the last one that isn't empty
   */
  public record Lengths(int bin_width, List<Long> rows) {
    static final Lengths NONE = new Lengths(1, List.of());
  }

  /**
   * Rows that failed alike.
   *
   * @param reason with # in place of numbers
   * @param examples ids of a few of these rows; none without {@code herd.input.id-column}
   */
  public record Failures(String reason, long rows, List<String> examples) {}
}
