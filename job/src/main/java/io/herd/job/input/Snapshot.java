package io.herd.job.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.InputVersion;
import io.herd.job.workdir.Lease;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.Quoted;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.files.Digests;
import io.herd.udfs.partition.PromptColumn;
import io.herd.udfs.partition.PromptFunction;
import io.herd.udfs.partition.RowMap;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.results.ResultKey;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Moderation;
import io.herd.udfs.text.PromptRenderer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/**
 * The input as it was when the run began, with a prompt and a key for every row. Everything later
 * reads only this, so that a growing table or a {@code rand()} can't make rows without results.
 *
 * @param rows the input's columns and {@link SnapshotColumns}
 * @param note its origin, for people, or empty
 */
public record Snapshot(Dataset<Row> rows, RunState state, String note) {
  /** Holds the prompt's columns beside the input's. */
  private static final String PROMPT = "_herd_prompt";

  /** What is known about the output of a possibly unfinished run. */
  public interface Publications {
    /** Returns whether the run needs no more work on this output. */
    boolean ended(RunState run);

    /**
     * Returns whether the run's rows are in an output to which writing them again would add rows.
     */
    boolean holds(RunState run);
  }

  /**
   * Resumes the work-dir's unfinished snapshot if its input and everything else are unchanged,
   * otherwise takes a new one.
   *
   * @param before the run that the work-dir is at
   * @param opened receives the input before it is read
   * @param lease that this run has
   */
  public static Snapshot take(
      SparkSession spark,
      Settings settings,
      ResolvedModel model,
      WorkDir workDir,
      Optional<RunState> before,
      Publications publications,
      Consumer<Dataset<Row>> opened,
      Lease lease) {
    ExampleRows examples = ExampleRows.read(spark, settings);
    Taking taking = new Taking(spark, settings, model, workDir, examples, opened, lease);
    Optional<RunState> unfinished = before.filter(run -> !publications.ended(run));
    return unfinished.isPresent()
        ? taking.after(unfinished.get(), publications.holds(unfinished.get()))
        : taking.anew(before, Optional.empty(), "");
  }

  /** Takes a snapshot; holds everything that it is taken from. */
  private record Taking(
      SparkSession spark,
      Settings settings,
      ResolvedModel model,
      WorkDir workDir,
      ExampleRows examples,
      Consumer<Dataset<Row>> opened,
      Lease lease) {

    Snapshot after(RunState before, boolean held) {
      boolean same = before.fingerprint().equals(fingerprint(before.schema()));
      Optional<Dataset<Row>> source = same ? Source.reopen(spark, settings) : Optional.empty();
      Optional<Dataset<Row>> stored = same ? stored(before) : Optional.empty();
      Resumption next =
          Resumption.of(
              before,
              new Resumption.Found(same, stored.isPresent(), source.map(InputVersions::of), held));
      if (next.kind() == Resumption.Kind.GO_ON) {
        String note = "resumes with the snapshot of the unfinished run";
        return new Snapshot(
            stored.orElseThrow(), before, next.why().isEmpty() ? note : note + "; " + next.why());
      }
      Optional<RunState> kept =
          next.kind() == Resumption.Kind.RETAKE ? Optional.of(before) : Optional.empty();
      return anew(Optional.of(before), kept, "takes a new snapshot: " + next.why());
    }

    /**
     * Returns the stored rows, if they exist; those of an earlier version have fewer columns and
     * don't count.
     */
    private Optional<Dataset<Row>> stored(RunState before) {
      return workDir.holdsSnapshot(before)
          ? Optional.of(spark.read().parquet(workDir.snapshot(before.snapshot())))
              .filter(rows -> List.of(rows.columns()).containsAll(SnapshotColumns.ALL))
          : Optional.empty();
    }

    private String fingerprint(int schema) {
      String small = fingerprint(schema, settings, model);
      return model
          .large()
          .map(large -> fingerprint(schema, settings.large().orElseThrow(), large))
          .map(large -> new Digests.Builder().text(small).text(large).hex())
          .orElse(small);
    }

    private String fingerprint(int schema, Settings settings, ResolvedModel model) {
      String computing = model.computing();
      return schema == 1
          ? Fingerprint.first(settings, examples.examples(), model.manifest().digest(), computing)
          : Fingerprint.of(
              settings,
              examples.examples(),
              model.manifest(),
              computing,
              SQLConf.get().sessionLocalTimeZone());
    }

    /**
     * Takes a new snapshot.
     *
     * @param before what the work-dir was at
     * @param kept the run that it is of, if that isn't new, too
     */
    Snapshot anew(Optional<RunState> before, Optional<RunState> kept, String note) {
      Dataset<Row> source = Source.open(spark, settings);
      InputVersion input = InputVersions.of(source); // before it is read: it may yet grow
      opened.accept(source);
      Observation seen = new Observation("herd snapshot");
      // Watched below the prompts, which keeps Spark from making those of a few rows on the driver.
      Dataset<Row> watched = source.observe(seen, count(lit(1)).as("rows"));
      Dataset<Row> prepared =
          InputOrder.noted(prepared(watched, settings, model, examples), settings);
      String name = name();
      workDir.make();
      store(prepared, workDir.snapshot(name));
      long count = rows(seen);
      if (count == 0) {
        workDir.dropSnapshot(name);
        throw Source.empty();
      }
      RunState state =
          kept.map(run -> run.on(name, count, input))
              .orElseGet(
                  () ->
                      RunState.of(name, name, count, fingerprint(RunState.SCHEMA), input)
                          .after(before));
      workDir.write(state, lease);
      workDir.dropSnapshotsBefore(state, before.orElse(null));
      Dataset<Row> rows = spark.read().schema(prepared.schema()).parquet(workDir.snapshot(name));
      return new Snapshot(rows, state, note);
    }
  }

  private static long rows(Observation seen) {
    try {
      return (Long) seen.getAsJava().get("rows");
    } catch (InterruptedException e) {
      throw SystemException.interrupted("the input was counted", e);
    }
  }

  /** Returns a unique name: outputs that several work-dirs append to distinguish runs by it. */
  private static String name() {
    String random = UUID.randomUUID().toString().substring(0, 8);
    return "s" + System.currentTimeMillis() + "-" + random;
  }

  /**
   * Refuses a snapshot that has lost files.
   *
   * @param found rows that were read
   */
  public void requireRows(long found) {
    if (state.rows() >= 0 && found != state.rows()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the snapshot of the unfinished run has lost rows: %,d of %,d are there",
              found,
              state.rows()),
          "remove the folder input in the work-dir and run the same command again: it takes a new"
              + " snapshot, and results are kept.");
    }
  }

  /** This one with other columns beside the input's. */
  public Snapshot with(Dataset<Row> other) {
    return new Snapshot(other, state, note);
  }

  /** The input's. */
  public List<String> columns() {
    return Arrays.stream(rows.columns()).filter(name -> !SnapshotColumns.isOwn(name)).toList();
  }

  /**
   * Writes rows with their prompts.
   *
   * @throws UserException when Parquet can't hold a column
   */
  public static void store(Dataset<Row> rows, String folder) {
    SparkAnalysis.run(
        "the input can't be stored as Parquet",
        "drop that column, or change its type, for example with herd.input.sql.",
        () -> rows.write().parquet(folder));
  }

  /**
   * Returns the source's rows with their prompts, lazily: a snapshot stores them, and checks read
   * them.
   */
  public static Dataset<Row> prepared(Dataset<Row> source, Settings settings, ResolvedModel model) {
    return prepared(source, settings, model, ExampleRows.read(source.sparkSession(), settings));
  }

  private static Dataset<Row> prepared(
      Dataset<Row> source, Settings settings, ResolvedModel model, ExampleRows examples) {
    Dataset<Row> small = flat(withPrompts(source, settings, model, examples));
    return model
        .large()
        .map(large -> withLarge(small, settings.large().orElseThrow(), large, examples))
        .orElse(small);
  }

  /** With what a cascade's large model is given of each row. */
  private static Dataset<Row> withLarge(
      Dataset<Row> rows, Settings settings, ResolvedModel model, ExampleRows examples) {
    List<String> input =
        Arrays.stream(rows.columns()).filter(name -> !SnapshotColumns.isOwn(name)).toList();
    StructType schema = new StructType();
    for (String name : input) {
      schema = schema.add(rows.schema().apply(name));
    }
    PromptFunction function = prompts(schema, settings, model, examples);
    return rows.withColumn(
        SnapshotColumns.LARGE,
        promptColumn(function).apply(PromptInput.of(rows, function.columns(), settings)));
  }

  /** Returns the prepared rows with the prompts' columns in one struct, the last column. */
  public static Dataset<Row> withPrompts(
      Dataset<Row> source, Settings settings, ResolvedModel model) {
    return withPrompts(source, settings, model, ExampleRows.read(source.sparkSession(), settings));
  }

  private static Dataset<Row> withPrompts(
      Dataset<Row> source, Settings settings, ResolvedModel model, ExampleRows examples) {
    PromptFunction function = prompts(source.schema(), settings, model, examples);
    List<Column> columns = new ArrayList<>(columns(source.schema()));
    columns.add(
        promptColumn(function)
            .apply(PromptInput.of(source, function.columns(), settings))
            .as(PROMPT));
    return source.select(columns.toArray(Column[]::new));
  }

  /** Made once for each row, whatever reads it: to Spark it is another value each time. */
  private static UserDefinedFunction promptColumn(PromptFunction function) {
    return udf(new PromptColumn(function), SnapshotColumns.own())
        .asNonNullable()
        .asNondeterministic();
  }

  /** The prompts' columns apart, in place of the one that holds them. */
  public static Dataset<Row> flat(Dataset<Row> withPrompts) {
    List<Column> columns = new ArrayList<>();
    for (String name : withPrompts.columns()) {
      if (name.equals(PROMPT)) {
        SnapshotColumns.ALL.forEach(own -> columns.add(col(PROMPT).getField(own).as(own)));
      } else {
        columns.add(col(Quoted.name(name)));
      }
    }
    return withPrompts.select(columns.toArray(Column[]::new));
  }

  private static List<Column> columns(StructType schema) {
    return Arrays.stream(schema.fieldNames()).map(name -> col(Quoted.name(name))).toList();
  }

  /** Returns the function that renders rows of a schema, after checking its templates. */
  public static PromptFunction prompts(
      SparkSession spark, StructType schema, Settings settings, ResolvedModel model) {
    return prompts(schema, settings, model, ExampleRows.read(spark, settings));
  }

  private static PromptFunction prompts(
      StructType schema, Settings settings, ResolvedModel model, ExampleRows examples) {
    check(schema, settings, model, examples);
    requireEnoughTokens(settings.generate(), model);
    LabelTask labels = ContentFree.task(schema, settings, model, examples::examples);
    int longest = model.maxLength() - answerTokens(settings, model);
    if (longest < Math.max(1, labels.contentFreeIds().length)) {
      throw noRoom(settings, model);
    }
    return new PromptFunction(
        settings.prompt(),
        model.files(),
        model.chatTemplate(),
        examples.examples(),
        model.specialTokens(),
        ResultKey.of(
            model.manifest(),
            model.identity(settings),
            settings.generate(),
            endIds(settings.generate(), model),
            labels),
        labels,
        longest,
        model.maxLength(),
        settings.generate(),
        PromptInput.columns(schema, settings),
        settings.onEmpty() == Settings.OnEmpty.FAIL);
  }

  /** Returns the tokens that end a text only because a stop string names them. */
  private static Set<Integer> endIds(GenerateSettings generate, ResolvedModel model) {
    Set<Integer> ids = model.tokenizer().specialIds(generate.stop());
    if (!generate.ignoreEos()) {
      ids.removeAll(model.endIds());
    }
    return ids;
  }

  /** Checks on the driver, before anything runs. */
  private static void check(
      StructType schema, Settings settings, ResolvedModel model, ExampleRows examples) {
    PromptRenderer renderer =
        PromptRenderer.of(settings.prompt(), model.chatTemplate(), model.specialTokens());
    renderer.check(RowMap.shape(schema));
    examples.check(renderer);
    PromptRenderer.of(
        settings.prompt(), model.chatTemplate(), model.specialTokens(), examples.examples());
  }

  /**
   * Counts an answer's tokens as the engine does, so that no row fails there and stores its
   * failure.
   */
  private static int answerTokens(Settings settings, ResolvedModel model) {
    Labelling labelling = settings.labelling();
    if (!labelling.on()) {
      return settings.generate().maxNewTokens();
    }
    if (labelling.column() != null) { // the engine fails the rows whose own don't fit
      return 0;
    }
    return labelling.tokens(labelling.choices(), model.tokenizer()::encodeLabel).tailLength()
        + (labelling.moderation() == null ? 0 : Moderation.MOST_TOKENS);
  }

  /** Compiles the format, too, so that one which the model can't write is refused here. */
  private static void requireEnoughTokens(GenerateSettings generate, ResolvedModel model) {
    if (generate.format() == null) {
      return;
    }
    try {
      int least = Engines.grammar(model.files(), generate.format()).leastTokens();
      if (least > generate.maxNewTokens()) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "herd.generate.max-new-tokens = %d is too few for %s: its shortest text has %d"
                    + " tokens",
                generate.maxNewTokens(),
                generate.format().kind().key(),
                least),
            String.format(
                Locale.ROOT,
                "raise herd.generate.max-new-tokens to %d or more; texts with content need more.",
                least));
      }
    } catch (InterruptedException e) {
      throw SystemException.interrupted("the format was compiled", e);
    }
  }

  private static UserException noRoom(Settings settings, ResolvedModel model) {
    String limit =
        " leaves no room for a prompt: a row of this model has at most "
            + model.maxLength()
            + " tokens";
    int most = model.maxPositions();
    String more =
        model.maxLength() < most
            ? ", or raise herd.engine.max-length, to " + most + " at most."
            : ".";
    return settings.labelling().on()
        ? new UserException(
            "herd.choices" + limit,
            "use fewer or shorter labels, or give each row its own few by herd.choices-column"
                + more)
        : new UserException(
            "herd.generate.max-new-tokens = " + settings.generate().maxNewTokens() + limit,
            "lower max-new-tokens" + more);
  }
}
