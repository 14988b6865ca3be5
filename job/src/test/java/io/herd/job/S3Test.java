package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.exit.ExitCode;
import io.herd.job.workdir.LogCompaction;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.results.ResultLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work-dir and output on S3, by the S3A client and the magic committer. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class S3Test {
  private static final String APPEND = "herd.output.mode=append";
  private static final String OLDER = "part-of-an-older-output.parquet";

  private static S3Server server;

  private Workplace place;
  private Configuration hadoop;
  private String name;

  @BeforeAll
  static void start(@TempDir java.nio.file.Path directory) throws Exception {
    server = S3Server.start(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir java.nio.file.Path directory) {
    hadoop = spark.sparkContext().hadoopConfiguration();
    server.configure(hadoop);
    name = "t" + System.nanoTime();
    place = new Workplace(spark, directory).input(reviews(0, 6));
  }

  private String out() {
    return server.path(name + "/out");
  }

  private String work() {
    return server.path(name + "/work");
  }

  private Workplace.Ended run(String... more) {
    Stream<String> all =
        Stream.concat(
            Stream.of("herd.output.path=\"" + out() + "\"", "herd.run.work-dir=\"" + work() + "\""),
            Stream.of(more));
    return place.run(LABEL, all.toArray(String[]::new));
  }

  private void forgetPublishing() {
    new WorkDir(work(), hadoop).run().dropPublished();
  }

  private Dataset<Row> output() {
    return place.spark().read().parquet(out());
  }

  private JsonObject json(String path) throws IOException {
    Path file = new Path(path);
    try (var in = file.getFileSystem(hadoop).open(file)) {
      return JsonParser.parseString(new String(in.readAllBytes(), UTF_8)).getAsJsonObject();
    }
  }

  private List<String> names(String path) throws IOException {
    Path folder = new Path(path);
    FileSystem files = folder.getFileSystem(hadoop);
    List<String> names = new ArrayList<>();
    for (FileStatus each : files.listStatus(folder)) {
      names.add(each.getPath().getName());
    }
    return names;
  }

  private List<String> manifest() throws IOException {
    return json(out() + "/_manifest.json").getAsJsonArray("files").asList().stream()
        .map(each -> each.getAsString())
        .toList();
  }

  @Test
  void run_overwriting_isCommittedByTheMagicCommitterAndListed() throws IOException {
    assertThat(run("herd.run.checkpoint.rows=1").code()).isEqualTo(ExitCode.DONE);

    List<String> first = manifest();
    assertThat(output().count()).isEqualTo(6);
    assertThat(json(out() + "/_SUCCESS").get("committer").getAsString()).isEqualTo("magic");
    assertThat(first)
        .allMatch(file -> file.matches("part-s\\d+-[0-9a-f]{8}-[0-9a-f]{8}-0000.*parquet"));
    assertThat(names(out()))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(first.stream(), Stream.of("_SUCCESS", "_manifest.json")).toList());
    assertThat(names(work() + "/results"))
        .filteredOn(file -> !file.equals("_in-flight")) // its markers are gone
        .allMatch(file -> file.endsWith(".jsonl"))
        .hasSize(6);

    compactAndLeaveAnOldObject();
    place.input(reviews(0, 8));
    assertThat(run().code()).isEqualTo(ExitCode.DONE);

    assertThat(output().count()).as("with those of a run that died").isEqualTo(8);
    assertThat(json(work() + "/run.json").get("rows_generated").getAsInt()).isEqualTo(2);
    assertThat(manifest()).doesNotContainAnyElementsOf(first);
    assertThat(names(out())).doesNotContainAnyElementsOf(first).doesNotContain(OLDER);
  }

  /** What the log says isn't generated again; what is in the output's way is deleted. */
  private void compactAndLeaveAnOldObject() throws IOException {
    ResultLog log = new WorkDir(work(), hadoop).results();
    assertThat(new LogCompaction(place.spark(), log, 5).run()).isEqualTo(6);
    assertThat(log.files(hadoop).live()).hasSize(1);
    new Path(out()).getFileSystem(hadoop).create(new Path(out(), OLDER)).close();
  }

  @Test
  void run_appendedAndDiedBeforeItSaidSo_appendsNothingTwice() throws IOException {
    run(APPEND);
    place.input(reviews(6, 9));
    run(APPEND);
    forgetPublishing();

    run(APPEND);

    assertThat(output().count()).isEqualTo(9);
    assertThat(output().select("id").distinct().count()).isEqualTo(9);
    assertThat(manifest()).hasSameSizeAs(Arrays.asList(output().inputFiles()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"input.path", "output.path", "run.work-dir"})
  void run_bucketThatIsNotThere_isTheUsersToMend(String key) {
    server.configure(hadoop, "no-such-bucket");

    Throwable thrown =
        catchThrowable(() -> run("herd." + key + "=\"s3a://no-such-bucket/a/in.jsonl\""));

    assertThat(ExitCode.of(thrown)).isEqualTo(ExitCode.USER);
    assertThat(ExitCode.userException(thrown).orElseThrow())
        .hasMessageContaining("no-such-bucket")
        .hasMessageContaining("What to do: ");
  }

  @Test
  void run_storeWithoutALogin_isTheUsersToMendAtOnce() {
    Throwable thrown = catchThrowable(() -> run("herd.run.work-dir=\"s3a://nobodys/work\""));

    assertThat(ExitCode.of(thrown)).isEqualTo(ExitCode.USER);
    assertThat(ExitCode.userException(thrown).orElseThrow())
        .hasMessageContaining("the store accepts no login: ")
        .hasMessageContaining("AWS_ACCESS_KEY_ID");
  }

  /** A driver that stalled completes its uploads after another's commit, and dies. */
  @Test
  void run_appendedWithLateUploadsOfTheRunBefore_listsNoneAndRemovesThem() throws IOException {
    run(APPEND);
    String own = manifest().get(0);
    String late = own.replaceFirst("-[0-9a-f]{8}-(\\d{5})", "-0badc0de-$1");
    FileSystem store = new Path(out()).getFileSystem(hadoop);
    FileUtil.copy(store, new Path(out(), own), store, new Path(out(), late), false, hadoop);
    assertThat(output().count()).isGreaterThan(6);

    place.input(reviews(6, 9));
    run(APPEND);

    assertThat(late).isNotEqualTo(own);
    assertThat(manifest()).contains(own).doesNotContain(late).hasSizeGreaterThan(1);
    assertThat(names(out())).doesNotContain(late);
    assertThat(output().count()).isEqualTo(9);
  }

  @Test
  void run_partitioned_isListedWithItsFolders() throws IOException {
    run("herd.output.partition-by=[human_label]");

    assertThat(manifest()).allMatch(file -> file.startsWith("human_label="));
    assertThat(output().select("human_label").distinct().count()).isEqualTo(2);
  }
}
