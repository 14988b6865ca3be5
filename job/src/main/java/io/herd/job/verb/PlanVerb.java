package io.herd.job.verb;

import static org.apache.spark.sql.functions.col;

import io.herd.job.config.Prices;
import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.job.input.ChatNotes;
import io.herd.job.input.LabelForm;
import io.herd.job.input.PreparedRows;
import io.herd.job.input.RenderedPrompts;
import io.herd.job.input.Source;
import io.herd.job.plan.Estimate;
import io.herd.job.plan.ExecutorMemory;
import io.herd.job.plan.Need;
import io.herd.job.plan.Plan;
import io.herd.job.plan.PromptFile;
import io.herd.job.plan.PromptPreview;
import io.herd.job.progress.ModelLines;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.TokenIds;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** {@code herd plan}: shows what a run would do, and estimates its time. It generates nothing. */
public final class PlanVerb {
  private static final int PREVIEWED = 3;

  private final SparkSession spark;
  private final Settings settings;
  private final PrintStream out;

  public PlanVerb(SparkSession spark, Settings settings, PrintStream out) {
    this.spark = spark;
    this.settings = settings;
    this.out = out;
  }

  /**
   * Plans and prints.
   *
   * @param file gets the prompts, if there is one
   * @param most prompts that it gets
   */
  public ExitCode run(Optional<Path> file, int most) {
    Optional<PromptFile> prompts = file.map(path -> new PromptFile(path, settings));
    prompts.ifPresent(PromptFile::check);
    ResolvedModel model = ResolvedModel.of(spark, settings, new ModelLines(out));
    Dataset<Row> source = Source.open(spark, settings);
    Dataset<Row> rows =
        (prompts.isPresent()
                ? RenderedPrompts.prepared(source, settings, model)
                : PreparedRows.of(source, settings, model))
            .persist(StorageLevel.MEMORY_AND_DISK());
    WorkDir workDir = WorkDir.of(spark, settings);
    workDir.prepare();
    Plan plan = Plan.of(spark, rows, workDir.results());
    if (plan.rows() == 0) {
      throw Source.empty();
    }
    print(plan, rows, model);
    settings
        .cascade()
        .ifPresent(
            cascade ->
                line(
                    "cascade",
                    "%s labels a sample of %,d rows, and those that the small model is too unsure"
                        + " of: the sample tells how many. What follows is the small model's",
                    model.large().orElseThrow().manifest().id(),
                    Math.min(cascade.sample(), plan.rows())));
    LabelForm.note(spark, rows.schema(), settings, model)
        .ifPresent(note -> line("labels", "%s", note));
    Optional<Need> need = Optional.empty();
    if (model.remote().isPresent()) {
      line("time", "not estimated: the server decides it, and plan sends no request");
      need = Optional.of(Need.of(plan, settings, () -> 0));
      need.ifPresent(this::cost);
    } else if (plan.prompts() > 0) {
      Estimate estimate = Estimate.of(spark, plan, settings, model);
      line("time", "%s", estimate.text());
      need = Optional.of(Need.of(plan, settings, estimate::executorSeconds));
      need.ifPresent(this::cost);
      ExecutorMemory.of(plan, settings, model).lines().forEach(out::println);
    }
    preview(rows, plan, model);
    prompts.ifPresent(each -> line("written", "%s", each.write(rows, most)));
    need.ifPresent(Need::require);
    return ExitCode.DONE;
  }

  private void cost(Need need) {
    need.cost()
        .ifPresent(
            cost ->
                line(
                    "cost",
                    "about %s for generating, at %s",
                    Prices.amount(cost),
                    settings.run().prices().text()));
    if (settings.run().stop().budget().isSet()) {
      line(
          "budget",
          "%s%s",
          need.text(),
          need.isAbove() ? ": the run stops before all rows are done" : "");
    }
  }

  private void print(Plan plan, Dataset<Row> rows, ResolvedModel model) {
    line("model", "%s, %s", model.manifest().id(), model.description());
    ChatNotes.text(settings, model).ifPresent(choice -> line("chat", "%s", choice));
    ChatNotes.notes(settings, model).forEach(note -> line("chat", "%s", note));
    ChatNotes.moderation(settings, model).ifPresent(how -> line("judges", "%s", how));
    settings.formatWarnings().forEach(warning -> line("format", "%s", warning));
    line(
        "rows",
        "%,d, of them %,d without a prompt%s",
        plan.rows(),
        plan.failed(),
        plan.cut() == 0 ? "" : String.format(Locale.ROOT, ", %,d cut to fit", plan.cut()));
    if (plan.failed() > 0) {
      line("fail", "most because: %s", Plan.reason(rows));
    }
    line(
        "prompts",
        "%,d different, %,d rows are duplicates",
        plan.distinct(),
        plan.rows() - plan.failed() - plan.distinct());
    line("done", "%,d have a result in the work-dir", plan.distinct() - plan.prompts());
    line(
        "to do",
        "%,d prompts, %,d tokens, the longest %,d",
        plan.prompts(),
        plan.tokens(),
        plan.longest());
    line("prefix", "%,d tokens are common to all and computed once", plan.prefix().length);
    line(
        "shared",
        "%,d tokens are distinct, %,d (%.1f %%) are repeated and needn't be computed again",
        plan.tokens() - plan.shared(),
        plan.shared(),
        100.0 * plan.shared() / Math.max(1, plan.tokens()));
  }

  private void preview(Dataset<Row> rows, Plan plan, ResolvedModel model) {
    List<int[]> first =
        rows
            .filter(col(SnapshotColumns.IDS).isNotNull())
            .orderBy(SnapshotColumns.ROW)
            .limit(PREVIEWED)
            .collectAsList()
            .stream()
            .map(row -> TokenIds.of(row, row.fieldIndex(SnapshotColumns.IDS)))
            .toList();
    int[] shared = plan.prompts() > 1 ? plan.prefix() : new int[0];
    new PromptPreview(model.tokenizer(), shared).lines(first).forEach(out::println);
  }

  private void line(String name, String format, Object... values) {
    out.printf("  %-9s %s%n", name, String.format(Locale.ROOT, format, values));
  }
}
