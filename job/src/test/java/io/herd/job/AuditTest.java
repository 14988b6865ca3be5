package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.job.output.Audit;
import io.herd.job.output.AuditReport;
import io.herd.job.output.Counts;
import io.herd.udfs.SystemException;
import io.herd.udfs.partition.SnapshotColumns;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.spark.internal.io.FileCommitProtocol;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.immutable.Seq;

/** Outputs that are counted again after they were written. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class AuditTest {
  private static final String ODD =
      "herd.input.sql=SELECT id, text, from_json(m, 'map<string,int>') AS `a map`,"
          + " from_json(a, 'array<struct<x:double>>') AS `an.array`, CAST(day AS DATE) AS day,"
          + " CAST(at AS TIMESTAMP) AS at, CAST(amount AS DECIMAL(9, 3)) AS amount,"
          + " CAST(bytes AS BINARY) AS bytes FROM VALUES"
          + " (1, 'a b', '{\"a\":1}', '[{\"x\":1.5}]', '2024-02-03',"
          + " '2024-02-03 04:05:06.789012', '1.5', 'xyz'),"
          + " (2, '', '{}', NULL, NULL, NULL, NULL, NULL),"
          + " (3, NULL, NULL, '[]', '1600-01-01', '1890-01-01 00:00:00', NULL, ''),"
          + " (4, ' x ', '{\"b\":null}', '[null]', NULL, NULL, '0.125', NULL),"
          + " (4, ' x ', '{\"b\":null}', '[null]', NULL, NULL, '0.125', NULL)"
          + " AS t(id, text, m, a, day, at, amount, bytes)";
  private static final String COMMITTER = "spark.sql.sources.commitProtocolClass";

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  private JsonObject audit() {
    return place.report().getAsJsonObject("audit");
  }

  private long audited(String field) {
    return audit().get(field).getAsLong();
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc"})
  void run_oddTypes_areReadBackAndAgree(String format) {
    place.run(
        COMPLETE,
        "herd.input.format=null",
        "herd.input.path=null",
        ODD,
        "herd.prompt.template=\"{{ id }}\"",
        "herd.output.format=" + format);

    assertThat(audit().get("complete").getAsBoolean()).isTrue();
    assertThat(audit().get("read_back").getAsBoolean()).isTrue();
    assertThat(audited("rows_in")).isEqualTo(5);
    assertThat(audited("rows_out")).isEqualTo(5);
    assertThat(audited("rows_ok")).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "csv"})
  void run_textFormats_agreeWhateverTheTextIs(String format) {
    place
        .input(
            List.of(
                "{\"id\": \"a\", \"text\": \"two\\nlines, \\\"quoted\\\"\"}",
                "{\"id\": \"b\", \"text\": \"\"}",
                "{\"id\": \"c\"}",
                "{\"id\": \" d \", \"text\": \" ends with \\\\\"}",
                "{\"id\": \"e\", \"text\": \"\\\\\\\" and \\r\\n\\t \\u0000 \\ud83d\\ude00\"}",
                "{\"id\": \"f\", \"text\": \"x,\\\"y\"}"))
        .run(LABEL, "herd.output.format=" + format, "herd.run.max-failed-fraction=1");

    assertThat(audit().get("complete").getAsBoolean()).isTrue();
    assertThat(audited("rows_out")).isEqualTo(6);
    assertThat(audited("rows_ok") + audited("rows_failed")).isEqualTo(6);
  }

  @Test
  void run_badRows_areAllReadBack() {
    place.run(
        LABEL,
        "herd.input.path=\"" + Workplace.SAMPLES.resolve("prompts-bad-rows.jsonl") + "\"",
        "herd.run.max-failed-fraction=1");

    assertThat(audited("rows_failed")).isPositive().isEqualTo(place.reported("rows_failed"));
    assertThat(audited("rows_out")).isEqualTo(place.reported("rows_in"));
  }

  @Test
  void run_append_readsOnlyItsOwnFiles() {
    place.input(reviews(0, 3)).run(LABEL, "herd.output.mode=append");
    place.input(reviews(0, 5)).run(LABEL, "herd.output.mode=append");

    assertThat(audited("rows_out")).isEqualTo(5);
    assertThat(audit().get("read_back").getAsBoolean()).isTrue();
    assertThat(place.output().count()).isEqualTo(8);
  }

  @Test
  void run_table_isReadBack() {
    String table = "audited_" + System.nanoTime();
    try {
      place.input(reviews(0, 3)).run(LABEL, "herd.output.path=null", "herd.output.table=" + table);
      assertThat(audit().get("read_back").getAsBoolean()).isTrue();
      assertThat(audited("rows_ok")).isEqualTo(3);
    } finally {
      place.spark().sql("DROP TABLE IF EXISTS " + table);
    }
  }

  @Test
  void audit_rowsLostAndDoubled_areListedByNumberAndKey() {
    List<String> lines = new ArrayList<>(reviews(0, 10));
    lines.add(lines.get(0));
    place.input(lines).run(LABEL);
    Dataset<Row> rows = place.output().localCheckpoint();
    List<String> ids =
        List.of(rows.selectExpr("max(id)", "min(id)").head().mkString(",").split(","));
    Dataset<Row> spoilt =
        rows.filter(col("id").notEqual(ids.get(0)))
            .union(rows.filter(col("id").equalTo(ids.get(1))).limit(1))
            .union(rows.limit(1).withColumn("id", lit("nobody's")));

    AuditReport report = audit(spoilt);

    long lost = rows.filter(col("id").equalTo(ids.get(0))).count();
    assertThat(report.complete()).isFalse();
    assertThat(report.missing()).isEqualTo(lost);
    assertThat(report.duplicated()).isEqualTo(1);
    assertThat(report.unknown()).isEqualTo(1);
    List<Row> listed = listed().collectAsList();
    assertThat(listed)
        .extracting(row -> row.<String>getAs("problem"))
        .containsExactlyInAnyOrder("missing", "duplicated", "unknown");
    Row missing = listed().filter("problem = 'missing'").head();
    Row inSnapshot =
        snapshot().filter(col(SnapshotColumns.ROW).equalTo(missing.<Long>getAs("row"))).head();
    assertThat(inSnapshot.<String>getAs("id")).isEqualTo(ids.get(0));
    assertThat(missing.<String>getAs("key")).isEqualTo(inSnapshot.getAs(SnapshotColumns.KEY));
    assertThat(missing.<String>getAs("content")).contains("\"id\":\"" + ids.get(0) + "\"");
    assertThat(listed().filter("problem = 'unknown'").head().<Long>getAs("row")).isNull();
    assertThatThrownBy(() -> report.require("out", "work/audit"))
        .isInstanceOf(SystemException.class)
        .hasMessage(
            "audit: the output out is not what was to be written: rows in 11, rows out "
                + report.rowsOut()
                + ", of them ok "
                + report.rowsOut()
                + " and failed 0; missing "
                + lost
                + ", duplicated 1, unknown 1; the rows are listed in work/audit");
  }

  @Test
  void audit_oneRowInPlaceOfAnother_isFoundThoughTheCountsAgree() {
    place.input(reviews(0, 6)).run(LABEL);
    Dataset<Row> rows = place.output().localCheckpoint();
    String first = rows.selectExpr("min(id)").head().getString(0);
    Dataset<Row> one = rows.filter(col("id").equalTo(first));
    String second =
        rows.filter(col("id").notEqual(first)).selectExpr("min(id)").head().getString(0);

    AuditReport report = audit(rows.filter(col("id").notEqual(second)).union(one));

    assertThat(report.rowsOut()).isEqualTo(6);
    assertThat(report.complete()).isFalse();
    assertThat(report.missing()).isEqualTo(1);
    assertThat(report.duplicated()).isEqualTo(1);
  }

  @Test
  void audit_rowWithoutAStatus_isNotComplete() {
    place.input(reviews(0, 3)).run(LABEL);
    Dataset<Row> rows = place.output().localCheckpoint();

    AuditReport report = audit(rows.withColumn("status", lit(null).cast("string")));

    assertThat(report.complete()).isFalse();
    assertThat(report.missing() + report.duplicated() + report.unknown()).isZero();
    assertThat(report.rowsOk() + report.rowsFailed()).isZero();
  }

  /** Of a run's output, had its rows been these. */
  private AuditReport audit(Dataset<Row> rows) {
    Settings settings = place.settings(LABEL);
    Audit audit = new Audit(settings, place.directory().resolve("work/audit").toString());
    rows.write().mode("overwrite").parquet(place.directory().resolve("out").toString());
    Dataset<Row> snapshot = snapshot();
    List<String> columns =
        Arrays.stream(snapshot.columns())
            .filter(name -> !SnapshotColumns.ALL.contains(name))
            .toList();
    return audit.of(snapshot, columns, place.output(), Counts.NONE);
  }

  private Dataset<Row> snapshot() {
    return place.spark().read().parquet(place.directory().resolve("work/input/*").toString());
  }

  private Dataset<Row> listed() {
    return place.spark().read().json(place.directory().resolve("work/audit").toString());
  }

  @Test
  void run_sinkThatLosesAFile_failsAndTheNextRunIsDone() {
    place.input(reviews(0, 8)).run(LABEL);
    Path manifest = place.directory().resolve("work/manifest.json");
    assertThat(manifest).exists();

    place.spark().conf().set(COMMITTER, LosingCommitter.class.getName());
    try {
      assertThatThrownBy(() -> place.run(LABEL))
          .isInstanceOf(SystemException.class)
          .hasMessageStartingWith("audit: the output ")
          .hasMessageContaining("rows in 8, rows out ")
          .hasMessageContaining("; the rows are listed in ");
    } finally {
      place.spark().conf().unset(COMMITTER);
    }

    assertThat(manifest).doesNotExist();
    assertThat(place.report().get("outcome").getAsString()).isEqualTo("system_error");
    assertThat(place.reported("exit_code")).isEqualTo(1);
    assertThat(audit().get("complete").getAsBoolean()).isFalse();
    assertThat(audited("missing")).isPositive().isEqualTo(8 - audited("rows_out"));
    assertThat(listed().count()).isEqualTo(audited("missing"));

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(manifest).exists();
    assertThat(place.directory().resolve("work/audit")).doesNotExist();
  }

  /** Loses a file of an output, though not of a work-dir. */
  public static final class LosingCommitter extends SQLHadoopMapReduceCommitProtocol {
    private final String folder;

    public LosingCommitter(String job, String folder, boolean dynamic) {
      super(job, folder, dynamic);
      this.folder = folder;
    }

    @Override
    public void commitJob(JobContext job, Seq<FileCommitProtocol.TaskCommitMessage> tasks) {
      super.commitJob(job, tasks);
      if (!folder.contains("/work/")) {
        File[] parts =
            new File(java.net.URI.create(folder).getPath())
                .listFiles((parent, name) -> name.startsWith("part-"));
        assertThat(parts[0].delete()).isTrue();
      }
    }
  }
}
