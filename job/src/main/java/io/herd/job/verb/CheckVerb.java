package io.herd.job.verb;

import io.herd.job.check.Checklist;
import io.herd.job.check.ModelChecks;
import io.herd.job.check.NodeChecks;
import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.job.input.ChatNotes;
import io.herd.job.input.LabelForm;
import io.herd.job.input.PreparedRows;
import io.herd.job.input.ReasoningForm;
import io.herd.job.input.Source;
import io.herd.job.output.Publisher;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.SnapshotColumns;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * {@code herd check}: prints a checklist of ticks, up to the first cross with its reason. It loads
 * no weights and reads no more than a sample of the input.
 */
public final class CheckVerb {
  private static final int SAMPLE = 20;

  private final SparkSession spark;
  private final Settings settings;
  private final Checklist list;

  public CheckVerb(SparkSession spark, Settings settings, PrintStream out) {
    this.spark = spark;
    this.settings = settings;
    this.list = new Checklist(out);
  }

  public ExitCode run() {
    look();
    return ExitCode.DONE;
  }

  /** Also checks every node. */
  public ExitCode runOnCluster() {
    new NodeChecks(spark, settings, list).run(look());
    return ExitCode.DONE;
  }

  private ResolvedModel look() {
    list.tick("configuration", "read");
    settings.formatWarnings().forEach(warning -> list.warn("format", warning));
    ResolvedModel model = models();
    Dataset<Row> source =
        list.check("input", () -> Source.open(spark, settings), rows -> columns(rows.columns()));
    settings.columns().note().ifPresent(note -> list.tick("columns", note));
    list.check("prompts", () -> sample(source, model), text -> text);
    ChatNotes.text(settings, model).ifPresent(choice -> list.tick("chat", choice));
    ChatNotes.moderation(settings, model).ifPresent(how -> list.tick("judges", how));
    ReasoningForm.of(source.schema(), settings, model);
    ChatNotes.notes(settings, model).forEach(note -> list.warn("chat", note));
    LabelForm.note(spark, source.schema(), settings, model)
        .ifPresent(note -> list.tick("labels", note));
    list.check("output", () -> output(source), target -> target + " can be written");
    return model;
  }

  private ResolvedModel models() {
    ResolvedModel model = new ModelChecks(spark, settings, list).run();
    return model.with(
        settings
            .large()
            .map(
                large -> {
                  list.tick("cascade", "the large model is");
                  return new ModelChecks(spark, large, list).run();
                }));
  }

  private static String columns(String[] columns) {
    return "columns " + String.join(", ", columns);
  }

  private String sample(Dataset<Row> source, ResolvedModel model) {
    List<Row> rows =
        PreparedRows.of(source.limit(SAMPLE), settings, model)
            .select(SnapshotColumns.IDS, SnapshotColumns.ERROR, SnapshotColumns.CUT)
            .collectAsList();
    if (rows.isEmpty()) {
      throw Source.empty();
    }
    List<String> errors =
        rows.stream().filter(row -> !row.isNullAt(1)).map(row -> row.getString(1)).toList();
    if (errors.size() == rows.size()) {
      throw new UserException(
          "none of the first " + rows.size() + " rows has a prompt: " + errors.get(0),
          "check herd.prompt and the input's columns.");
    }
    int longest =
        rows.stream()
            .filter(row -> row.isNullAt(1))
            .mapToInt(row -> row.getList(0).size())
            .max()
            .orElse(0);
    long cut = rows.stream().filter(row -> row.getBoolean(2)).count();
    return String.format(
        Locale.ROOT,
        "%d sampled, up to %d tokens%s%s",
        rows.size(),
        longest,
        cut == 0 ? "" : ", " + cut + " cut to fit",
        errors.isEmpty() ? "" : "; " + errors.size() + " would fail: " + errors.get(0));
  }

  private String output(Dataset<Row> source) {
    WorkDir workDir = WorkDir.of(spark, settings);
    Publisher publisher = new Publisher(spark, settings, workDir);
    publisher.check(workDir.run().state());
    publisher.checkInput(source);
    publisher.tryOut(SnapshotColumns.schema(source.schema()));
    return publisher.target() + publisher.caveat().map(what -> "; " + what).orElse("");
  }
}
