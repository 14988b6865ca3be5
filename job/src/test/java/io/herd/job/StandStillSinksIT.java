package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import io.delta.sql.DeltaSparkSessionExtension;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** As {@link StandStillIT}, with tables, a database and a store of objects. */
@Tag("real")
@ExtendWith(SharedSpark.class)
class StandStillSinksIT {
  private static final String APPEND = "herd.output.mode=append";
  private static final List<String> IDS =
      reviews(0, 6).stream()
          .map(line -> line.replaceFirst(".*\"id\": \"([^\"]*)\".*", "$1"))
          .toList();

  private final List<Launched> drivers = new ArrayList<>();
  private SparkSession shared;
  private SparkSession spark;
  private Workplace place;
  private Path once;

  @BeforeEach
  void makePlace(SparkSession one, @TempDir Path directory) throws Exception {
    shared = one;
    spark = one;
    place = new Workplace(spark, directory).input(reviews(0, 6));
    place.file("run.conf", List.of(LABEL));
    once = Files.createFile(directory.resolve("once"));
  }

  @AfterEach
  void end() {
    drivers.forEach(each -> each.processes().forEach(ProcessHandle::destroyForcibly));
    SparkSession.setDefaultSession(shared);
    SparkSession.setActiveSession(shared);
  }

  private Launched start(List<String> options, String... settings) throws Exception {
    List<String> words = new ArrayList<>(options);
    words.addAll(List.of("--driver-java-options", StoppedDriver.LEASE, "run", "run.conf"));
    words.addAll(List.of(settings));
    Launched driver = Launched.start(place.directory(), words.toArray(String[]::new));
    drivers.add(driver);
    return driver;
  }

  /** The first driver stops itself; another publishes; the first goes on. */
  private void standsStill(List<String> options, String... settings) throws Exception {
    Launched first = start(options, settings);
    StoppedDriver.await(first, () -> !Files.exists(once));
    start(options, settings).ends(0);
    wakes(first);
  }

  /** It finds what the other has published of their run. */
  private static void wakes(Launched first) throws Exception {
    first.signalled("CONT").ends(0);
    assertThat(first.out())
        .contains("publish   begins again: another run took over while this one stalled");
  }

  /** Rows of an earlier run, in a session of the test's own. */
  private void before(String... settings) {
    Stream<String> all =
        Stream.concat(Stream.of(settings), Stream.of("herd.run.work-dir=before", APPEND));
    new Workplace(spark, place.directory())
        .file("before.jsonl", reviews(6, 9))
        .run(
            LABEL,
            Stream.concat(all, Stream.of("herd.input.path=before.jsonl")).toArray(String[]::new));
    place.file("run.conf", List.of(LABEL));
  }

  private static void assertOnce(Dataset<Row> rows, int others) {
    List<String> ids = rows.select("id").as(Encoders.STRING()).collectAsList();
    assertThat(ids).hasSize(IDS.size() + others).doesNotHaveDuplicates().containsAll(IDS);
  }

  private static String jarOf(Class<?>... some) {
    return Stream.of(some)
        .map(each -> each.getProtectionDomain().getCodeSource().getLocation())
        .map(URL::getPath)
        .collect(Collectors.joining(","));
  }

  private List<String> stopping(String at, Class<?>... jars) throws Exception {
    List<String> options = new ArrayList<>(StoppedDriver.at(at, once));
    options.addAll(List.of("--jars", StoppedDriver.jar(place.directory()) + "," + jarOf(jars)));
    return options;
  }

  private static void conf(List<String> options, String key, String value) {
    options.addAll(List.of("--conf", key + "=" + value));
  }

  @Test
  void iceberg_standsStillBeforeItsCommit_leavesTheOthersRows() throws Exception {
    icebergStandsStill(4);
  }

  @Test
  @Tag("deep")
  void iceberg_standsStillBeforeItStages_leavesTheOthersRows() throws Exception {
    icebergStandsStill(3);
  }

  private void icebergStandsStill(int version) throws Exception {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    hadoop.set("fs.stopping.impl", StoppingFiles.class.getName());
    hadoop.set(StoppingFiles.AT, "none");
    String name = "ice" + System.nanoTime();
    String catalog = "spark.sql.catalog." + name;
    String warehouse = "stopping://" + place.directory() + "/warehouse";
    spark.conf().set(catalog, "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set(catalog + ".type", "hadoop");
    spark.conf().set(catalog + ".warehouse", warehouse);
    String table = name + ".sales.labels";
    String[] settings = {"herd.output.path=null", "herd.output.table=" + table, APPEND};
    spark.sql("CREATE NAMESPACE " + name + ".sales");
    before(settings);
    List<String> options =
        stopping(
            ".*/metadata/v" + version + "[.]metadata[.]json",
            org.apache.iceberg.spark.SparkCatalog.class);
    conf(options, catalog, "org.apache.iceberg.spark.SparkCatalog");
    conf(options, catalog + ".type", "hadoop");
    conf(options, catalog + ".warehouse", warehouse);

    standsStill(options, settings);

    spark.sql("REFRESH TABLE " + table);
    assertOnce(spark.table(table), 3);
  }

  @Test
  void delta_standsStillBeforeItsCommit_leavesTheOthersRows() throws Exception {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    String catalog = "org.apache.spark.sql.delta.catalog.DeltaCatalog";
    spark =
        SparkSession.builder()
            .withExtensions(new DeltaSparkSessionExtension())
            .config("spark.sql.catalog.spark_catalog", catalog)
            .getOrCreate();
    String delta = "herd.output.format=delta";
    before(delta);
    List<String> options =
        stopping(
            ".*/_delta_log/0+1[.]json",
            DeltaSparkSessionExtension.class,
            io.delta.storage.LogStore.class);
    conf(options, "spark.sql.extensions", DeltaSparkSessionExtension.class.getName());
    conf(options, "spark.sql.catalog.spark_catalog", catalog);
    conf(options, "spark.delta.logStore.stopping.impl", "io.delta.storage.LocalLogStore");
    String out = place.directory() + "/out";

    standsStill(options, delta, APPEND, "herd.output.path=\"stopping://" + out + "\"");

    assertOnce(spark.read().format("delta").load(out), 3);
  }

  /** A driver that a gate stops. */
  private final class Held {
    private final CompletableFuture<Launched> driver = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    void stop() {
      try {
        driver.join().signalled("STOP");
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      stopped.countDown();
    }

    Launched start(List<String> options, String... settings) throws Exception {
      Launched first = StandStillSinksIT.this.start(options, settings);
      driver.complete(first);
      StoppedDriver.await(first, () -> stopped.getCount() == 0);
      return first;
    }
  }

  private interface Query {
    void on(Statement statement) throws Exception;
  }

  private static void sql(EmbeddedPostgres server, Query query) throws Exception {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      query.on(statement);
    }
  }

  private static int count(EmbeddedPostgres server, String query) throws Exception {
    int[] count = new int[1];
    sql(
        server,
        statement -> {
          try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            count[0] = rows.getInt(1);
          }
        });
    return count[0];
  }

  /** The other has to wait for a transaction whose driver stalls before its COMMIT. */
  @Test
  void database_standsStillBeforeItsCommit_leavesRowsOnce() throws Exception {
    databaseStandsStill("INSERT INTO [^ ]*herd_runs.*COMMIT", true);
  }

  @Test
  @Tag("deep")
  void database_standsStillBeforeItLocks_leavesRowsOnce() throws Exception {
    databaseStandsStill("UPDATE [^ ]*herd_runs", false);
  }

  private void databaseStandsStill(String asked, boolean waits) throws Exception {
    Held held = new Held();
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start();
        Gate gate = Gate.before(server.getPort(), asked, held::stop)) {
      sql(server, statement -> statement.execute("CREATE SCHEMA sales"));
      String url =
          String.format(
              Locale.ROOT,
              "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres&sslmode=disable",
              gate.port());
      String[] settings = {
        "herd.output.path=null",
        "herd.output.table=sales.labels",
        "herd.output.format=jdbc",
        "herd.output.options={ url = \"" + url + "\" }",
        APPEND
      };
      List<String> options = List.of("--jars", jarOf(org.postgresql.Driver.class));

      Launched first = held.start(options, settings);
      Launched second = start(options, settings);
      if (waits) {
        String waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        StoppedDriver.await(second, () -> unchecked(() -> count(server, waiting)) > 0);
      } else {
        second.ends(0);
      }
      gate.open();
      wakes(first);
      second.ends(0);

      assertThat(count(server, "SELECT count(*) FROM sales.labels")).isEqualTo(IDS.size());
      assertThat(count(server, "SELECT count(DISTINCT id) FROM sales.labels"))
          .isEqualTo(IDS.size());
    }
  }

  private interface Ask {
    int get() throws Exception;
  }

  private static int unchecked(Ask ask) {
    try {
      return ask.get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void objects_standsStillBeforeItsPlan_leavesTheOthersRows() throws Exception {
    objectsStandStill("append", "_herd/s[^ ]*[.]json");
  }

  @Test
  @Tag("deep")
  void objects_standsStillBeforeItsManifest_leavesTheOthersRows() throws Exception {
    objectsStandStill("overwrite", "_manifest[.]json");
  }

  private void objectsStandStill(String mode, String commit) throws Exception {
    Held held = new Held();
    Path disk = Files.createDirectory(place.directory().resolve("s3"));
    try (S3Server server = S3Server.start(disk);
        Gate gate = Gate.before(server.port(), "PUT /[^ ]*/out/" + commit, held::stop)) {
      Configuration here = spark.sparkContext().hadoopConfiguration();
      server.configure(here);
      Configuration theirs = new Configuration(false);
      server.configure(theirs, gate.port());
      List<String> options = new ArrayList<>();
      theirs.forEach(each -> conf(options, "spark.hadoop." + each.getKey(), each.getValue()));
      String out = server.path("out");
      String[] settings = {"herd.output.path=\"" + out + "\"", "herd.output.mode=" + mode};

      Launched first = held.start(options, settings);
      start(options, settings).ends(0);
      gate.open();
      wakes(first);

      assertOnce(spark.read().parquet(out), 0);
      assertOnce(spark.read().parquet(listed(server)), 0);
    }
  }

  /** What the manifest lists. */
  private static String[] listed(S3Server server) throws Exception {
    org.apache.hadoop.fs.Path out = new org.apache.hadoop.fs.Path(server.path("out"));
    Configuration hadoop = new Configuration();
    server.configure(hadoop);
    try (var files = org.apache.hadoop.fs.FileSystem.newInstance(out.toUri(), hadoop);
        var in = files.open(new org.apache.hadoop.fs.Path(out, "_manifest.json"))) {
      String json = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      return com.google.gson.JsonParser.parseString(json)
          .getAsJsonObject()
          .getAsJsonArray("files")
          .asList()
          .stream()
          .map(each -> out + "/" + each.getAsString())
          .toArray(String[]::new);
    }
  }
}
