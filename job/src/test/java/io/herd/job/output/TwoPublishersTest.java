package io.herd.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.sql.DeltaSparkSessionExtension;
import io.herd.job.SharedSpark;
import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.udfs.SystemException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two drivers that publish one run: the first stalls for longer than a takeover takes, the second
 * takes over and publishes, the first goes on.
 */
@ExtendWith(SharedSpark.class)
class TwoPublishersTest {
  private static final Path SAMPLES = Path.of("src/test/resources/settings").toAbsolutePath();
  private static final String RUN = "s1-run";

  /** Reached by tasks, which then wait. */
  private static volatile CountDownLatch reached = new CountDownLatch(0);

  private static volatile CountDownLatch go = new CountDownLatch(0);

  private final ExecutorService drivers = Executors.newFixedThreadPool(2);
  private SparkSession shared;
  private SparkSession spark;
  private Path directory;

  @BeforeEach
  void makePlace(SparkSession one, @TempDir Path folder) {
    shared = one;
    spark = one;
    directory = folder;
  }

  @AfterEach
  void end() {
    go.countDown();
    drivers.shutdownNow();
    SparkSession.setDefaultSession(shared);
    SparkSession.setActiveSession(shared);
  }

  private Sink sink(String... output) {
    List<String> all =
        Stream.concat(
                Stream.of("herd.output.table=null", "herd.output.mode=append"), Stream.of(output))
            .toList();
    Settings settings = SettingsReader.read(SAMPLES.resolve("labels.conf"), all, directory);
    return Sinks.of(spark, settings.output());
  }

  private Dataset<Row> rows() {
    return spark.range(0, 6).toDF("id");
  }

  /** Rows whose task waits until it is told to go on. */
  private Dataset<Row> slow() {
    reached = new CountDownLatch(1);
    go = new CountDownLatch(1);
    MapFunction<Long, Long> wait =
        id -> {
          reached.countDown();
          go.await();
          return id;
        };
    return spark.range(0, 6, 1, 1).map(wait, Encoders.LONG()).toDF("id");
  }

  private interface Publishing {
    Sink sink();
  }

  /** The first stalls as it checks its lease for the n-th time. */
  private void standsStillAtCheck(int number, Publishing each) throws Exception {
    List<Integer> checks = new ArrayList<>();
    Sink first = each.sink();
    Runnable fence =
        () -> {
          checks.add(1);
          if (checks.size() == number) {
            each.sink().write(rows(), RUN, TwoPublishersTest::held);
          }
        };
    writeOrFindItHeld(first, rows(), fence);
    assertThat(checks).hasSizeGreaterThanOrEqualTo(number);
  }

  /** The first stalls while its tasks write. */
  private void standsStillInItsTasks(Publishing each) throws Exception {
    Dataset<Row> slow = slow();
    Sink first = each.sink();
    Future<?> one = drivers.submit(() -> writeOrFindItHeld(first, slow, TwoPublishersTest::held));
    reached.await();
    each.sink().write(rows(), RUN, TwoPublishersTest::held);
    go.countDown();
    one.get();
  }

  /** As the publisher does: who fails and finds the rows published has nothing left to do. */
  private static void writeOrFindItHeld(Sink sink, Dataset<Row> rows, Runnable fence) {
    try {
      sink.write(rows, RUN, fence);
    } catch (Exception e) { // Spark throws what isn't declared
      assertThat(sink.holds(RUN)).as("after %s", e).isTrue();
    }
  }

  private Sink folder() {
    return sink("herd.output.format=parquet", "herd.output.path=out");
  }

  private void assertOnce(Dataset<Row> all) {
    assertThat(all.as(Encoders.LONG()).collectAsList())
        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L);
  }

  private Dataset<Row> parquet() {
    return spark.read().parquet(directory.resolve("out").toString());
  }

  @Test
  void folder_firstStandsStill_holdsTheRowsOnce() throws Exception {
    standsStillAtCheck(1, this::folder);
    assertOnce(parquet());
    assertThat(directory.resolve("out/_herd/" + RUN)).doesNotExist();
  }

  @Test
  void folder_firstStandsStillInItsTasks_holdsTheRowsOnce() throws Exception {
    standsStillInItsTasks(this::folder);
    assertOnce(parquet());
  }

  @Test
  void folder_overwrittenByOneThatStoodStill_holdsWhatTheOtherWrote() throws Exception {
    String[] overwrite = {
      "herd.output.format=parquet", "herd.output.path=out", "herd.output.mode=overwrite"
    };
    Dataset<Row> newer = spark.range(10, 12).toDF("id");
    Runnable fence = () -> sink(overwrite).write(newer, "s2-run", TwoPublishersTest::held);

    assertThatThrownBy(() -> sink(overwrite).write(rows(), RUN, fence))
        .isInstanceOf(SystemException.class);

    assertThat(parquet().count()).isEqualTo(2);
    assertThat(directory.toFile().list()).containsExactly("out");
  }

  /** What a dead run had staged in another partition would be published with this one's. */
  @Test
  void folder_dynamicPartitionsAndDeadRunsStage_holdsTheRunsRows() throws IOException {
    Files.createDirectories(directory.resolve("_out.herd-new/dead/id=99"));
    Files.writeString(directory.resolve("_out.herd-new/dead/id=99/part.parquet"), "dead");
    Sink sink =
        sink(
            "herd.output.format=parquet",
            "herd.output.path=out",
            "herd.output.mode=overwrite",
            "herd.output.partition-by=[id]",
            "herd.output.options={ partitionOverwriteMode = dynamic }");

    sink.write(rows().selectExpr("id", "'a' AS text"), RUN, TwoPublishersTest::held);

    assertThat(parquet().select("id").distinct().count()).isEqualTo(6);
    assertThat(sink.isOf(RUN)).isTrue();
    assertThat(sink.isOf("s2-run")).isFalse();
    assertThat(directory.toFile().list()).containsExactly("out");
  }

  private String table;

  private Publishing iceberg() {
    String catalog = "ice" + System.nanoTime();
    spark.conf().set("spark.sql.catalog." + catalog, "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set("spark.sql.catalog." + catalog + ".type", "hadoop");
    spark.conf().set("spark.sql.catalog." + catalog + ".warehouse", directory + "/warehouse");
    spark.sql("CREATE NAMESPACE " + catalog + ".sales");
    table = catalog + ".sales.labels";
    spark.sql("CREATE TABLE " + table + " (id BIGINT) USING iceberg");
    return () -> sink("herd.output.format=iceberg", "herd.output.table=" + table);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void iceberg_firstStandsStill_holdsTheRowsOnce(int check) throws Exception {
    Publishing each = iceberg();
    standsStillAtCheck(check, each);
    assertOnce(each.sink().read(RUN, rows().schema()));
    assertOnce(spark.table(table));
  }

  @Test
  void iceberg_firstStandsStillInItsTasks_holdsTheRowsOnce() throws Exception {
    Publishing each = iceberg();
    each.sink().write(spark.range(100, 103).toDF("id"), "s0-run", TwoPublishersTest::held);
    standsStillInItsTasks(each);
    assertThat(spark.table(table).count()).isEqualTo(9);
    assertOnce(each.sink().read(RUN, rows().schema()));
  }

  private Publishing delta() {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    spark =
        SparkSession.builder()
            .withExtensions(new DeltaSparkSessionExtension())
            .config("spark.databricks.delta.snapshotPartitions", "2")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .getOrCreate();
    return () -> sink("herd.output.format=delta", "herd.output.path=out");
  }

  @Test
  void delta_firstStandsStill_holdsTheRowsOnce() throws Exception {
    standsStillAtCheck(1, delta());
    assertOnce(spark.read().format("delta").load(directory.resolve("out").toString()));
  }

  @Test
  void delta_firstStandsStillInItsTasks_holdsTheRowsOnce() throws Exception {
    Publishing each = delta();
    each.sink().write(spark.range(100, 103).toDF("id"), "s0-run", TwoPublishersTest::held);
    standsStillInItsTasks(each);
    Dataset<Row> all = spark.read().format("delta").load(directory.resolve("out").toString());
    assertOnce(all.filter("id < 100"));
    assertThat(all.count()).isEqualTo(9);
  }

  /** A first append that was killed before its commit. */
  @Test
  void delta_filesWithoutACommit_areNoTableYet() throws Exception {
    Publishing each = delta();
    rows().write().parquet(directory.resolve("out").toString());
    Files.delete(directory.resolve("out/_SUCCESS"));

    assertThat(each.sink().holds(RUN)).isFalse();
  }

  private static EmbeddedPostgres database() throws IOException {
    return EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start();
  }

  private Publishing labels(EmbeddedPostgres server, String mode) {
    String options = "{ url = \"" + server.getJdbcUrl("postgres", "postgres") + "\" }";
    return () ->
        sink(
            "herd.output.format=jdbc",
            "herd.output.table=labels",
            "herd.output.mode=" + mode,
            "herd.output.options=" + options);
  }

  @ParameterizedTest
  @ValueSource(strings = {"append", "overwrite"})
  void database_firstStandsStill_holdsTheRowsOnce(String mode) throws Exception {
    try (EmbeddedPostgres server = database()) {
      Publishing each = labels(server, mode);
      if (mode.equals(
          "append")) { // else the first one's tasks fail, and there is nothing to find held
        standsStillInItsTasks(each);
        assertOnce(each.sink().read(RUN, rows().schema()).select("id"));
      }

      Future<?>[] second = new Future<?>[1];
      Runnable beforeItsCommit =
          () -> {
            second[0] =
                drivers.submit(() -> each.sink().write(rows(), "s2-run", TwoPublishersTest::held));
            assertThatThrownBy(() -> second[0].get(2, java.util.concurrent.TimeUnit.SECONDS))
                .as("waits for the transaction that stands still")
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
          };
      each.sink().write(rows(), "s2-run", beforeItsCommit);
      endedOrRefused(second[0]);

      List<Long> ids =
          each.sink()
              .read("s2-run", rows().schema())
              .select("id")
              .as(Encoders.LONG())
              .collectAsList();
      assertThat(ids)
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 6).mapToObj(i -> (long) i).toList());
    }
  }

  /** Each finds the tables of all attempts, and drops what the other has not dropped yet. */
  @Test
  void database_twoDropTheAttemptsTables_bothEnd() throws Exception {
    try (EmbeddedPostgres server = database();
        Connection connection = server.getPostgresDatabase().getConnection()) {
      for (int i = 0; i < 60; i++) {
        connection
            .createStatement()
            .execute(String.format(Locale.ROOT, "CREATE TABLE herd_s1_run_%08x (id BIGINT)", i));
      }
      Sink sink = labels(server, "append").sink();

      Future<?> other = drivers.submit(() -> sink.settle(RUN));
      sink.settle(RUN);
      other.get();

      assertThat(connection.getMetaData().getTables(null, null, "herd_s1_run%", null).next())
          .isFalse();
    }
  }

  /** Neither run finds a table; the other's commit comes while this one makes it. */
  @Test
  void database_anotherMakesTheTable_holdsTheRows() throws Exception {
    try (EmbeddedPostgres server = database();
        Connection other = server.getPostgresDatabase().getConnection();
        Connection watch = server.getPostgresDatabase().getConnection()) {
      other.setAutoCommit(false);
      other.createStatement().execute("CREATE TABLE labels (id BIGINT, herd_run TEXT)");
      Sink sink = labels(server, "append").sink();

      Future<?> run = drivers.submit(() -> sink.write(rows(), RUN, TwoPublishersTest::held));
      while (!waitsForAnother(watch)) {
        Thread.sleep(20);
      }
      other.commit();
      run.get();

      assertOnce(sink.read(RUN, rows().schema()).select("id"));
    }
  }

  private static boolean waitsForAnother(Connection watch) throws SQLException {
    try (Statement statement = watch.createStatement();
        ResultSet waiting =
            statement.executeQuery(
                "SELECT 1 FROM pg_stat_activity"
                    + " WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE TABLE%'")) {
      return waiting.next();
    }
  }

  private static void endedOrRefused(Future<?> second) throws InterruptedException {
    try {
      second.get();
    } catch (ExecutionException e) {
      assertThat(e).rootCause().hasMessageContaining("herd_"); // its rows, or its table of them
    }
  }

  /** The lease is still this driver's, as far as it knows. */
  private static void held() {}
}
