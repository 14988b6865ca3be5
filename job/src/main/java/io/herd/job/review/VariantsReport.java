package io.herd.job.review;

import io.herd.job.output.Quality;
import io.herd.job.statistics.Interval;
import java.util.List;

/**
 * A comparison of variants on the same rows; {@code variants --json} prints these fields, their
 * names in snake case.
 *
 * @param rows that all labelled, each with a right answer
 * @param pairs every two of them
 */
public record VariantsReport(int schema, long rows, List<Variant> variants, List<Pair> pairs) {
  static final int SCHEMA = 1;

  /**
   * The figures of one variant.
   *
   * @param accuracyInterval at 95 % (Wilson), or null without answers
   * @param generated prompts that were generated in this call; the others were in the log
   * @param seconds of that, with the loading of the model
   * @param tokens of the prompts and answers that were generated
   * @param cost null without a price, or where nothing was generated
   */
  public record Variant(
      String name,
      String model,
      String dtype,
      long rowsFailed,
      Quality quality,
      Interval accuracyInterval,
      long generated,
      double seconds,
      Double rowsPerSecond,
      long tokens,
      Double cost,
      Double costPerThousand) {}

  /**
   * The comparison of two variants.
   *
   * @param differ rows with another answer
   * @param onlyFirst rows that the first alone has right
   * @param onlySecond rows that the second alone has right
   * @param mcnemar how likely so unequal a number is for variants that are equally good (exact)
   * @param adjusted the same, for all pairs at once (Holm)
   */
  public record Pair(
      String first,
      String second,
      long differ,
      long onlyFirst,
      long onlySecond,
      double mcnemar,
      double adjusted) {
    Pair with(double forAll) {
      return new Pair(first, second, differ, onlyFirst, onlySecond, mcnemar, forAll);
    }
  }
}
