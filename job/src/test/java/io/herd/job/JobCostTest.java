package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.spark.metrics.source.CodegenMetrics;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.immutable.Map;

/** What a small run costs, counted rather than timed: most of its time Spark needs for queries. */
@ExtendWith(SharedSpark.class)
class JobCostTest {
  /** Schema, snapshot, plan, generate, publish, audit, keys, examples for people; 2 broadcasts. */
  private static final int JOBS = 10;

  /** They read the modes of the files that an output has, which Hadoop lists with them. */
  private static final int PROCESSES = 2;

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
    place.input(reviews(0, 10));
  }

  @Test
  void run_tenRowsLabelled_takesFewJobs() {
    assertThat(jobs(LABEL)).isEqualTo(JOBS);
  }

  @Test
  void run_tenRowsCompleted_takesFewJobs() {
    assertThat(jobs(COMPLETE)).isEqualTo(JOBS);
  }

  /** Hadoop starts one for each mode that it sets, and one for each that it reads. */
  @Test
  void run_tenRowsLabelled_startsFewProcesses() throws IOException {
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ProcessStart");
      recording.start();
      place.run(LABEL);
      recording.stop();
      Path events = place.directory().resolve("events.jfr");
      recording.dump(events);
      assertThat(RecordingFile.readAllEvents(events)).hasSizeLessThanOrEqualTo(PROCESSES);
    }
  }

  @Test
  void run_settingsGiven_areKeptAndResultsAreEqual() {
    place.run(LABEL);
    List<String> few = rows();

    SparkSession spark = place.spark();
    spark.conf().set("spark.sql.codegen.wholeStage", "true");
    spark.conf().set("spark.sql.codegen.factoryMode", "CODEGEN_ONLY");
    spark.conf().set("spark.sql.adaptive.enabled", "true");
    long before = CodegenMetrics.METRIC_COMPILATION_TIME().getCount();
    try {
      place.run(LABEL, "herd.run.work-dir=work2", "herd.output.mode=overwrite");
    } finally {
      spark.conf().unset("spark.sql.codegen.wholeStage");
      spark.conf().unset("spark.sql.codegen.factoryMode");
      spark.conf().unset("spark.sql.adaptive.enabled");
    }

    assertThat(CodegenMetrics.METRIC_COMPILATION_TIME().getCount()).isGreaterThan(before);
    assertThat(rows()).isEqualTo(few);
  }

  @Test
  void run_ended_leavesTheSessionAsItWas(SparkSession spark) {
    Map<String, String> before = spark.conf().getAll();

    place.run(LABEL);

    assertThat(spark.conf().getAll()).isEqualTo(before);
  }

  private List<String> rows() {
    return place.output().collectAsList().stream().map(Row::json).sorted().toList();
  }

  /** Spark numbers them. */
  private long jobs(String configuration) {
    long before = next();
    place.run(configuration);
    return next() - before;
  }

  private long next() {
    return place.spark().sparkContext().dagScheduler().nextJobId().get();
  }
}
