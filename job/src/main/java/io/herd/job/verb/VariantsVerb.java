package io.herd.job.verb;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.xxhash64;

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
import io.herd.job.output.Own;
import io.herd.job.plan.Estimate;
import io.herd.job.plan.Plan;
import io.herd.job.progress.ModelLines;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.review.VariantRows;
import io.herd.job.review.VariantsReport;
import io.herd.job.statistics.Statistics;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.Quoted;
import io.herd.udfs.UserException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * {@code herd variants}: runs prompts, models and settings one after the other on the same rows.
 * Results go to the work-dir's log, where a run with the best of them finds them. The output and
 * the work-dir's run aren't touched.
 */
public final class VariantsVerb {
  /** The column of the row's number, a name that neither the input nor Herd uses. */
  private static final String NUMBER = "_herd_number_of_sample";

  private final SparkSession spark;
  private final Settings base;
  private final Map<String, Settings> variants;
  private final PrintStream out;

  public VariantsVerb(SparkSession spark, Settings base, PrintStream out) {
    this.spark = spark;
    this.base = base;
    this.variants = base.variants();
    this.out = out;
  }

  /**
   * Runs all variants and prints the comparison.
   *
   * @param rows of the sample at most
   * @param json whether a program reads the answer
   */
  public ExitCode run(int rows, boolean json) {
    requireComparable();
    WorkDir workDir = WorkDir.of(spark, base);
    WorkDir scratch = workDir.scratch();
    scratch.dropAll();
    try {
      workDir.prepare();
      scratch.prepare();
      Dataset<Row> sample = sample(rows, scratch);
      PrintStream told = json ? new PrintStream(OutputStream.nullOutputStream()) : out;
      List<VariantRows> measured = new ArrayList<>();
      List<VariantsReport.Variant> all = new ArrayList<>();
      variants.forEach(
          (name, settings) ->
              all.add(new Trial(name, settings, workDir, scratch, told).of(sample, measured)));
      VariantsReport report = VariantRows.report(measured, all);
      if (json) {
        out.println(WorkDir.json(report));
      } else {
        new VariantsTable(out).print(report);
      }
      return ExitCode.DONE;
    } finally {
      scratch.dropAll();
    }
  }

  private void requireComparable() {
    if (variants.size() < 2) {
      throw new UserException(
          "there are fewer than two variants to compare",
          "set herd.variants, for example herd.variants { plain {}, short { prompt.column = title"
              + " } }; conf/reference.conf explains it.");
    }
    if (base.goldColumn().isEmpty()) {
      throw new UserException(
          "herd.gold-column isn't set, so that nothing says which variant is better",
          "name the column with the right answers; submit/herd compare compares runs"
              + " without it.");
    }
    variants.forEach(
        (name, settings) -> {
          if (settings.labelling().multi() || settings.generate().samples() > 1) {
            throw new UserException(
                "the variant " + name + " gives rows several answers",
                "leave out labelling.multi and generate.samples.");
          }
        });
  }

  /**
   * Returns a sample of the rows with a right answer: the same rows in each call, chosen by their
   * content.
   */
  private Dataset<Row> sample(int most, WorkDir scratch) {
    Dataset<Row> source = Source.open(spark, base);
    Column right = Outputs.right(base.goldColumn().orElseThrow());
    Dataset<Row> drawn =
        source
            .filter(right.notEqual(""))
            .orderBy(xxhash64(lit(base.generate().seed()), to_json(array(struct(columns(source))))))
            .limit(most)
            .coalesce(1)
            .withColumn(NUMBER, monotonically_increasing_id());
    PreparedRows.store(drawn, scratch.snapshots().folder("sample"));
    Dataset<Row> stored = spark.read().parquet(scratch.snapshots().folder("sample"));
    if (stored.isEmpty()) {
      throw new UserException(
          "no row of the input has a value in the gold column " + base.goldColumn().orElseThrow(),
          "give some rows their right answer.");
    }
    return stored;
  }

  private static Column[] columns(Dataset<Row> source) {
    Column[] columns = new Column[source.columns().length];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = col(Quoted.name(source.columns()[i]));
    }
    return columns;
  }

  /** Runs one variant. */
  private final class Trial {
    private final String name;
    private final Settings settings;
    private final WorkDir workDir;
    private final WorkDir scratch;
    private final PrintStream told;

    Trial(String name, Settings settings, WorkDir workDir, WorkDir scratch, PrintStream told) {
      this.name = name;
      this.settings = settings.alone();
      this.workDir = workDir;
      this.scratch = scratch;
      this.told = told;
    }

    VariantsReport.Variant of(Dataset<Row> sample, List<VariantRows> measured) {
      ResolvedModel model = ResolvedModel.of(spark, settings, new ModelLines(told));
      try {
        told.printf("%-9s %s, %s%n", name, model.manifest().id(), model.description());
        String folder = scratch.snapshots().folder("variant-" + name);
        PreparedRows.store(PreparedRows.of(sample, settings, model), folder);
        Dataset<Row> rows = spark.read().parquet(folder);
        return measured(rows, model, measured);
      } finally {
        model.forgetToken();
      }
    }

    private VariantsReport.Variant measured(
        Dataset<Row> rows, ResolvedModel model, List<VariantRows> all) {
      Plan plan = Plan.of(spark, rows, workDir.results());
      long began = System.nanoTime();
      GenerateStep.Done done =
          new GenerateStep(spark, settings, workDir, told)
              .run(plan, model, ContentFree.task(rows, settings, model), Spending.unbounded());
      double seconds = (System.nanoTime() - began) / 1e9;
      Answers answers = new Answers(settings, ReasoningForm.of(rows.schema(), settings, model));
      Dataset<Row> output = Outputs.withIds(rows, Plan.results(spark, workDir.results()), answers);
      VariantRows found = VariantRows.of(name, output, NUMBER, settings);
      all.add(found);
      long failed = output.filter(col(Own.name("status")).notEqual("ok")).count();
      return variant(found, failed, plan, done, seconds, model);
    }

    private VariantsReport.Variant variant(
        VariantRows found,
        long failed,
        Plan plan,
        GenerateStep.Done done,
        double seconds,
        ResolvedModel model) {
      boolean generated = done.rows() > 0;
      Double cost =
          generated && settings.run().prices().areSet()
              ? settings
                  .run()
                  .prices()
                  .of(seconds * Estimate.engines(spark), plan.tokens(), done.tokens())
              : null;
      long answered = found.quality().answered();
      return new VariantsReport.Variant(
          name,
          model.manifest().id(),
          model.computing(),
          failed,
          found.quality(),
          Statistics.wilson(answered, answered - found.quality().disagreements()),
          done.rows(),
          generated ? seconds : 0,
          generated ? done.rows() / seconds : null,
          generated ? plan.tokens() + done.tokens() : 0,
          cost,
          cost == null ? null : cost * 1000 / done.rows());
    }
  }
}
