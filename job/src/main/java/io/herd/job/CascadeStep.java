package io.herd.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.herd.job.cascade.CascadeReport;
import io.herd.job.cascade.CascadeSample;
import io.herd.job.cascade.ThresholdChoice;
import io.herd.job.cascade.ThresholdChoice.Case;
import io.herd.job.cascade.ThresholdChoice.Choice;
import io.herd.job.config.Cascade;
import io.herd.job.config.Settings;
import io.herd.job.generate.Deadline;
import io.herd.job.generate.GenerateStep;
import io.herd.job.generate.Spending;
import io.herd.job.input.ContentFree;
import io.herd.job.input.Snapshot;
import io.herd.job.output.CascadedRows;
import io.herd.job.plan.Estimate;
import io.herd.job.plan.Need;
import io.herd.job.plan.Plan;
import io.herd.job.progress.Timeline;
import io.herd.job.report.RunRecorder;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.partition.SnapshotColumns;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs a cascade's large model over a sample, and then over the rows that the small model is too
 * uncertain of. The models take turns, one whole pass after the other: an executor's engine makes
 * way for the next model, and has all of the memory. Nothing is kept of the choice: it follows from
 * the log, so that a run that is repeated chooses the same.
 */
final class CascadeStep {
  private final SparkSession spark;
  private final Settings settings;
  private final WorkDir workDir;
  private final RunRecorder recorder;
  private final Deadline deadline;
  private final Spending spending;
  private final PrintStream out;
  private long generated;
  private long tokens;

  CascadeStep(
      SparkSession spark,
      Settings settings,
      WorkDir workDir,
      RunRecorder recorder,
      Deadline deadline,
      Spending spending,
      PrintStream out) {
    this.spark = spark;
    this.settings = settings;
    this.workDir = workDir;
    this.recorder = recorder;
    this.deadline = deadline;
    this.spending = spending;
    this.out = out;
  }

  /**
   * Labels the sample, then the remaining rows.
   *
   * @param snapshot whose rows the small model has labelled
   * @param held whether the output holds the run's rows already, so that failed ones stay
   * @return it with the keys of the model that answers each row
   */
  Snapshot run(Snapshot snapshot, ResolvedModel model, boolean held) {
    Timeline small = recorder.timeline();
    ResolvedModel large = model.large().orElseThrow();
    CascadeSample sample = CascadeSample.of(snapshot.rows(), settings);
    generate(sample.rows(), large, held);
    List<Case> cases = sample.cases(results());
    Choice choice = choose(cases, sample.population());
    CascadeReport report = report(sample, cases, choice, large);
    recorder.cascade(report);
    say(report.lines().get(0));
    generate(CascadedRows.unsure(snapshot.rows(), results(), choice.threshold()), large, held);
    recorder.generating(small);
    Snapshot answered =
        snapshot.with(CascadedRows.answered(snapshot.rows(), results(), choice.threshold()));
    recorder.cascade(counted(report, answered.rows()));
    return answered;
  }

  private Choice choose(List<Case> cases, long population) {
    Cascade cascade = settings.cascade().orElseThrow();
    return cascade.ofTruth()
        ? ThresholdChoice.byTruth(cases, population, cascade.target(), cascade.confidence())
        : ThresholdChoice.byAgreement(cases, population, cascade.target(), cascade.confidence());
  }

  private CascadeReport report(
      CascadeSample sample, List<Case> cases, Choice choice, ResolvedModel large) {
    return CascadeReport.of(settings.cascade().orElseThrow(), sample, cases, choice, large);
  }

  private CascadeReport counted(CascadeReport report, Dataset<Row> answered) {
    Column small = col(SnapshotColumns.ANSWERED_BY).equalTo(CascadedRows.SMALL);
    Row rows = answered.agg(count(when(small, lit(1))), count(lit(1))).head();
    return report.with(rows.getLong(0), rows.getLong(1) - rows.getLong(0), generated, tokens);
  }

  private void generate(Dataset<Row> rows, ResolvedModel large, boolean held) {
    Settings ofLarge = settings.large().orElseThrow();
    Plan plan = Plan.of(spark, CascadedRows.large(rows), workDir.results());
    if (plan.prompts() == 0 || held) {
      return;
    }
    if (settings.run().stop().budget().isSet()) {
      Spending.Tokens used = spending.tokens();
      Need.of(plan, settings, () -> Estimate.executorSeconds(spark, plan, ofLarge, large))
          .after(used.prompt(), used.generated(), spending.cost())
          .require();
    }
    say(
        String.format(
            Locale.ROOT,
            "%,d rows (%,d tokens) to %s, %s",
            plan.prompts(),
            plan.tokens(),
            large.manifest().id(),
            large.description()));
    GenerateStep step = new GenerateStep(spark, ofLarge, workDir, out);
    recorder.generating(step.timeline());
    GenerateStep.Done done =
        step.run(plan, large, ContentFree.task(rows, ofLarge, large), deadline, spending);
    generated += done.rows();
    tokens += plan.tokens();
  }

  private Dataset<Row> results() {
    return Plan.results(spark, workDir.results());
  }

  private void say(String line) {
    out.printf("%-9s %s%n", "cascade", line);
  }
}
