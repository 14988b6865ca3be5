package io.herd.job.verb;

import io.herd.job.config.Prices;
import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.job.generate.GenerateStep;
import io.herd.job.generate.Spending;
import io.herd.job.input.ContentFree;
import io.herd.job.input.PreparedRows;
import io.herd.job.input.ReasoningForm;
import io.herd.job.input.Source;
import io.herd.job.output.Answers;
import io.herd.job.output.Outputs;
import io.herd.job.plan.Estimate;
import io.herd.job.plan.Need;
import io.herd.job.plan.Plan;
import io.herd.job.progress.ModelLines;
import io.herd.job.report.SampleCards;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.WorkDir;
import java.io.PrintStream;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * {@code herd sample}: runs a few rows as a run would, and shows prompt, answer and cost. It works
 * in a folder of its own inside the work-dir, which it removes: neither the output nor the results
 * of runs are touched, or used.
 */
public final class SampleVerb {
  private static final int TOLD = 1000;

  private final SparkSession spark;
  private final Settings settings;
  private final PrintStream out;

  public SampleVerb(SparkSession spark, Settings settings, PrintStream out) {
    this.spark = spark;
    this.settings = settings.alone();
    settings
        .cascade()
        .ifPresent(
            any -> out.printf("%-9s rows are labelled by the small model alone%n", "cascade"));
    this.out = out;
  }

  public ExitCode run(int rows) {
    ResolvedModel model = ResolvedModel.of(spark, settings, new ModelLines(out));
    WorkDir scratch = WorkDir.of(spark, settings).scratch();
    scratch.dropAll();
    try {
      scratch.prepare();
      return run(rows, model, scratch);
    } finally {
      scratch.dropAll();
      model.forgetToken();
    }
  }

  private ExitCode run(int wanted, ResolvedModel model, WorkDir scratch) {
    Dataset<Row> source = Source.open(spark, settings);
    Dataset<Row> rows = prepared(source, wanted, model, scratch);
    Plan plan = Plan.of(spark, rows, scratch.results());
    if (plan.rows() == 0) {
      throw Source.empty();
    }
    new GenerateStep(spark, settings, scratch, out)
        .run(plan, model, ContentFree.task(source, settings, model), Spending.unbounded());
    Answers answers = new Answers(settings, ReasoningForm.of(source.schema(), settings, model));
    Dataset<Row> done = Outputs.withIds(rows, Plan.results(spark, scratch.results()), answers);
    SampleCards.print(out, done.collectAsList(), settings, model);
    cost(plan, model);
    return ExitCode.DONE;
  }

  /** Chooses rows by {@code herd.generate.seed}: always the same ones of an input. */
  private Dataset<Row> prepared(
      Dataset<Row> source, int wanted, ResolvedModel model, WorkDir scratch) {
    Dataset<Row> few = FewRows.STANDARD.of(spark, source, wanted, settings.generate().seed());
    String folder = scratch.snapshots().folder("sample");
    PreparedRows.store(PreparedRows.of(few, settings, model), folder);
    return spark.read().parquet(folder);
  }

  /**
   * Prints {@code plan}'s estimate for 1,000 rows like these, because the input's rows haven't been
   * counted.
   */
  private void cost(Plan plan, ResolvedModel model) {
    if (plan.prompts() == 0 || model.remote().isPresent()) {
      return;
    }
    Estimate measured = Estimate.of(spark, plan, settings, model);
    Estimate estimate = measured.forRows(TOLD, plan);
    out.printf(
        Locale.ROOT,
        "%nrows      %,d; a prompt has %,d tokens on average, %,d at most%n",
        plan.rows(),
        plan.tokens() / plan.prompts(),
        plan.longest());
    out.printf(
        Locale.ROOT,
        "time      for %,d such rows %s; submit/herd plan counts the rows%n",
        TOLD,
        estimate.text());
    Need need = Need.of(plan, settings, measured::executorSeconds);
    need.cost()
        .ifPresent(
            cost ->
                out.printf(
                    Locale.ROOT,
                    "cost      about %s for them, at %s%n",
                    Prices.amount(cost * TOLD / plan.prompts()),
                    settings.run().prices().text()));
  }
}
