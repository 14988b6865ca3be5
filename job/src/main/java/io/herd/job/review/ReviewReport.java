package io.herd.job.review;

import io.herd.job.output.Quality;
import io.herd.job.statistics.Interval;
import java.util.List;
import java.util.Map;

/**
 * The evaluation of a run with human corrections; the work-dir's {@code review-TIME.json} has these
 * fields, their names in snake case.
 *
 * @param run when it was begun, as its {@code run.json} has it
 * @param file with the corrections
 * @param lines of the file
 * @param looked rows of the run that the file has a right label for
 * @param wrong of them with another label than that
 * @param goldChanged of them with another in the gold column
 * @param basis which rows are measured: {@code gold}, all that the gold column has, corrected by
 *     the file; {@code random}, the file's that were drawn at random; or {@code chosen}, all of the
 *     file, which say nothing of the others
 * @param before by the gold column alone, or null without one
 * @param quality with the corrections
 * @param accuracyInterval of {@code quality.accuracy} at 95 %, or null without answers
 * @param thresholds what {@code labelling.abstain-below} would do; empty where rows were chosen
 * @param abstainBelow by the accuracy that it is to reach, the least that does; null for none
 */
public record ReviewReport(
    int schema,
    String run,
    String file,
    long lines,
    long looked,
    long wrong,
    long goldChanged,
    String basis,
    Quality before,
    Quality quality,
    Interval accuracyInterval,
    List<Threshold> thresholds,
    Map<String, Double> abstainBelow) {
  static final int SCHEMA = 1;

  /**
   * A value of {@code labelling.abstain-below}.
   *
   * @param answered rows whose label is that likely
   * @param coverage share of them
   * @param accuracy share of right ones among them, or null without any
   * @param atLeast what the accuracy is at least: with 95 % probability all of these bounds hold at
   *     once, so that one may choose among them
   */
  public record Threshold(
      double abstainBelow, long answered, double coverage, Double accuracy, double atLeast) {}
}
