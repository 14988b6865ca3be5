package io.herd.job.library;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.when;

import io.herd.job.config.Settings;
import io.herd.job.generate.GenerateStep;
import io.herd.job.input.ContentFree;
import io.herd.job.input.PreparedRows;
import io.herd.job.input.ReasoningForm;
import io.herd.job.output.Outputs;
import io.herd.job.plan.Plan;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.LogCompaction;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.StreamedGeneration;
import io.herd.udfs.partition.StreamedRows;
import io.herd.udfs.partition.TaskCounters;
import io.herd.udfs.results.Result;
import io.herd.udfs.text.Reasoning;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rows with {@link SnapshotColumns} and their results, generated when an action asks for them. */
public record Generation(SparkSession spark, Settings settings, ResolvedModel model) {
  private static final Logger LOG = LoggerFactory.getLogger(Generation.class);
  private static final StructType RESULT = StructType.fromDDL(Result.SCHEMA);

  /**
   * Lazily generated rows.
   *
   * @param reasoning how it is split from the answers; empty where it isn't
   */
  public record Done(Dataset<Row> rows, Optional<Reasoning> reasoning) {}

  /** Resolves the model now, and generates later. */
  public static Done of(Dataset<Row> rows, Settings settings) {
    return of(rows, settings, Steps.UNWATCHED);
  }

  static Done of(Dataset<Row> rows, Settings settings, Steps steps) {
    boolean logged = !settings.run().workDir().isEmpty();
    if (logged && rows.isStreaming()) {
      throw new UserException(
          "herd.run.work-dir is set, and the rows are a stream, which has no end",
          "use foreachBatch and call Herd.generate for each batch, or leave the work-dir out.");
    }
    SparkSession spark = rows.sparkSession();
    Generation generation =
        new Generation(
            spark,
            settings,
            steps.step("resolve", () -> ResolvedModel.of(spark, settings, new LogLines())));
    steps.resolved(generation.model);
    Optional<Reasoning> reasoning = ReasoningForm.of(rows.schema(), settings, generation.model);
    if (logged) {
      return new Done(
          generation.logged(PreparedRows.of(rows, settings, generation.model), steps), reasoning);
    }
    if (!rows.isStreaming()) {
      LOG.warn(
          "without herd.run.work-dir every action on these rows generates again: count() and then"
              + " show() generate twice");
    }
    return new Done(
        generation.streamed(rows, PreparedRows.withPrompts(rows, settings, generation.model)),
        reasoning);
  }

  /**
   * Generates the rows of a stream; those of a batch stay in Spark's own representation. A stream's
   * are decoded: Spark takes none of its own back into a stream.
   */
  private Dataset<Row> streamed(Dataset<Row> input, Dataset<Row> prepared) {
    LabelTask labels = ContentFree.task(input, settings, model);
    TaskCounters counters = TaskCounters.in(spark.sparkContext());
    StreamedGeneration generate =
        new StreamedGeneration(GenerateStep.generator(spark, settings, model, labels, counters));
    StructType schema = prepared.schema().add(SnapshotColumns.RESULT, DataTypes.StringType);
    Dataset<Row> done;
    if (input.isStreaming()) {
      done = prepared.mapPartitions(new StreamedRows(generate), Encoders.row(schema));
    } else {
      StreamedInternalRows function = new StreamedInternalRows(generate, input.columns().length);
      LazyRdd rows =
          new LazyRdd(
              spark.sparkContext(),
              () -> InternalRows.of(prepared).mapPartitions(function, true).rdd());
      done = InternalRows.dataset(spark, rows, schema);
    }
    return PreparedRows.flat(done)
        .withColumn(SnapshotColumns.RESULT, from_json(col(SnapshotColumns.RESULT), RESULT));
  }

  private Dataset<Row> logged(Dataset<Row> prepared, Steps steps) {
    StructType schema = prepared.schema().add(SnapshotColumns.RESULT, RESULT);
    LazyRdd rows = new LazyRdd(spark.sparkContext(), () -> generated(prepared, steps));
    return InternalRows.dataset(spark, rows, schema);
  }

  /** Generates the rows that aren't in the log. */
  private RDD<InternalRow> generated(Dataset<Row> prepared, Steps steps) {
    // Kept, because the caller's rows may be costly, or others when they are computed again. Spark
    // drops them when nobody can ask for them any more.
    JavaRDD<InternalRow> kept =
        InternalRows.of(prepared)
            .map(InternalRow::copy)
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    Dataset<Row> snapshot = InternalRows.dataset(spark, kept.rdd(), prepared.schema());
    WorkDir workDir = WorkDir.of(spark, settings);
    workDir.prepare();
    new LogCompaction(spark, workDir.results()).run();
    Plan plan = steps.step("plan", () -> Plan.of(spark, snapshot, workDir.results()));
    steps.planned(plan);
    steps.generated(steps.step("generate", () -> generate(plan, workDir, snapshot, steps)));
    Column result = col(SnapshotColumns.RESULT);
    Column lost =
        raise_error(
            lit(
                "a row has changed since its prompt was generated: its source gives different rows"
                    + " each time. Store the rows first, or call cache() on them."));
    Dataset<Row> joined =
        Outputs.joined(snapshot, Plan.results(spark, workDir.results()))
            .withColumn(
                SnapshotColumns.RESULT,
                coalesce(result, when(col(SnapshotColumns.KEY).isNotNull(), lost)));
    return InternalRows.of(joined).rdd();
  }

  private GenerateStep.Done generate(
      Plan plan, WorkDir workDir, Dataset<Row> snapshot, Steps steps) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    GenerateStep step = new GenerateStep(spark, settings, workDir, nowhere);
    steps.generating(step.timeline());
    return step.run(plan, model, ContentFree.task(snapshot, settings, model), steps.spending());
  }
}
