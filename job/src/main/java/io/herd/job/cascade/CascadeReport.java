package io.herd.job.cascade;

import io.herd.job.cascade.ThresholdChoice.Case;
import io.herd.job.cascade.ThresholdChoice.Choice;
import io.herd.job.config.Cascade;
import io.herd.job.resolve.ResolvedModel;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;

/**
 * A cascade's promise and its sample's results; {@code run.json} has these fields, their names in
 * snake case.
 *
 * @param promise in words
 * @param measure {@code agreement} with the large model, or {@code accuracy} by the gold column
 * @param held whether the sample bears the promise; if not, all rows went to the large model
 * @param threshold the least probability with which the small model's label stayed; null where none
 *     did
 * @param population rows that the sample was drawn from
 * @param sample rows that both models labelled
 * @param hits of these, labels of the cascade that are the large model's, or right
 * @param atLeast what their share over the population is at least, with the confidence
 * @param smallHits rows of the sample whose small model's label is so
 * @param largeHits rows of the sample whose large model's label is right; null of agreement
 * @param rowsSmall rows with the small model's label
 * @param rowsLarge rows with the large model's, and those without any
 * @param generated prompts that the large model worked on in this run
 * @param tokens of these
 */
public record CascadeReport(
    String promise,
    String measure,
    double target,
    double confidence,
    boolean held,
    Double threshold,
    long population,
    long sample,
    long hits,
    double atLeast,
    long smallHits,
    Long largeHits,
    long rowsSmall,
    long rowsLarge,
    long generated,
    long tokens,
    Large model) {

  /** The large model in use. */
  public record Large(String id, String commit, String dtype, long parameters) {
    static Large of(ResolvedModel model) {
      return new Large(
          model.manifest().id(), model.manifest().commit(), model.computing(), model.parameters());
    }
  }

  /** Creates the report of a sample, before the remaining rows are labelled. */
  public static CascadeReport of(
      Cascade cascade, CascadeSample sample, List<Case> cases, Choice choice, ResolvedModel large) {
    boolean truth = cascade.ofTruth();
    return new CascadeReport(
        promise(cascade),
        truth ? "accuracy" : "agreement",
        cascade.target(),
        cascade.confidence(),
        choice.held(),
        choice.threshold() == ThresholdChoice.NONE_KEPT ? null : choice.threshold(),
        sample.population(),
        cases.size(),
        choice.hits(),
        choice.atLeast(),
        cases.stream().filter(Case::smallHits).count(),
        truth ? cases.stream().filter(Case::largeHits).count() : null,
        0,
        0,
        0,
        0,
        Large.of(large));
  }

  /** Adds the numbers of rows per model. */
  public CascadeReport with(long small, long others, long prompts, long promptTokens) {
    return new CascadeReport(
        promise,
        measure,
        target,
        confidence,
        held,
        threshold,
        population,
        sample,
        hits,
        atLeast,
        smallHits,
        largeHits,
        small,
        others,
        prompts,
        promptTokens,
        model);
  }

  private static String promise(Cascade cascade) {
    return String.format(
        Locale.ROOT,
        cascade.ofTruth()
            ? "The share of rows with a right label, among those that the gold column has a label"
                + " for, is %s or more, but for a chance of %s at most over the draw of the"
                + " sample."
            : "The share of rows whose label is the one that the large model gives, among those"
                + " that it has a prompt for, is %s or more, but for a chance of %s at most over"
                + " the draw of the sample.",
        number(cascade.target()),
        number(1 - cascade.confidence()));
  }

  private static String number(double value) {
    return new DecimalFormat("0.####", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
  }

  /** Describes the choice, its reason and the numbers of rows, for people. */
  public List<String> lines() {
    return List.of(chosen() + "; " + shown(), rows());
  }

  private String chosen() {
    return threshold == null
        ? "no threshold reaches the target: all rows go to the large model"
        : "labels with probability " + number(threshold) + " or more stay";
  }

  private String shown() {
    return String.format(
            Locale.ROOT,
            "%s at least %s with %s %% confidence, asked %s (sample: %,d of %,d rows)",
            measure,
            number(Math.floor(1e4 * atLeast) / 1e4),
            number(100 * confidence),
            number(target),
            hits,
            sample)
        + (held ? "" : "; the large model misses the target, and nothing is promised");
  }

  private String rows() {
    return String.format(
        Locale.ROOT,
        "%,d rows have the small model's label, %,d went to %s (%s)",
        rowsSmall,
        rowsLarge,
        model.id(),
        model.dtype());
  }
}
