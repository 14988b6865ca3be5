package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.exit.ExitCode;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Output to tables of Iceberg. */
@ExtendWith(SharedSpark.class)
class IcebergTest {
  private static final String APPEND = "herd.output.mode=append";

  private Workplace place;
  private SparkSession spark;
  private String catalog;
  private String[] toTable;

  @BeforeEach
  void makeCatalog(SparkSession shared, @TempDir Path directory) {
    spark = shared;
    place = new Workplace(spark, directory).input(reviews(0, 6));
    catalog = "ice" + System.nanoTime(); // a session keeps a catalog that it has seen
    spark.conf().set("spark.sql.catalog." + catalog, "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set("spark.sql.catalog." + catalog + ".type", "hadoop");
    spark.conf().set("spark.sql.catalog." + catalog + ".warehouse", directory + "/warehouse");
    spark.sql("CREATE NAMESPACE " + catalog + ".sales");
    toTable = new String[] {"herd.output.path=null", "herd.output.table=" + table(), APPEND};
  }

  @AfterEach
  void dropCatalog() {
    spark.conf().unset("spark.sql.catalog." + catalog);
  }

  private String table() {
    return catalog + ".sales.labels";
  }

  private long commits() {
    return spark.table(table() + ".snapshots").count();
  }

  @Test
  void run_appendedAndDiedBeforeItSaidSo_isRecognisedByTheSnapshot() {
    place.run(LABEL, toTable);
    String run = place.workDir().run().state().orElseThrow().run();
    assertThat(spark.table(table() + ".snapshots").selectExpr("summary['herd-run']").head().get(0))
        .as("of the first commit, which made the table")
        .isEqualTo(run);
    place.forgetPublishing();

    assertThat(place.run(LABEL, toTable).code()).isEqualTo(ExitCode.DONE);

    assertThat(commits()).isEqualTo(1);
    assertThat(place.reported("rows_out")).isEqualTo(6);
    place.input(reviews(6, 9)).run(LABEL, toTable);
    place.forgetPublishing();
    Workplace.Ended again = place.run(LABEL, toTable);

    assertThat(commits()).isEqualTo(2);
    assertThat(spark.table(table()).count()).isEqualTo(9);
    assertThat(spark.table(table()).select("id").distinct().count()).isEqualTo(9);
    assertThat(again.printed()).as("its own rows are shown").contains("do not buy this player.");
  }

  @Test
  void run_appendThatWasRolledBack_isAppendedAgain() {
    place.run(LABEL, toTable);
    long before = spark.table(table() + ".snapshots").head().getAs("snapshot_id");
    place.input(reviews(6, 9)).run(LABEL, toTable);
    spark.sql(
        String.format(
            Locale.ROOT,
            "CALL %s.system.set_current_snapshot('sales.labels', %d)",
            catalog,
            before));
    place.forgetPublishing();

    place.run(LABEL, toTable);

    assertThat(spark.table(table()).count()).isEqualTo(9);
  }

  @Test
  void run_overwrite_replacesInOneCommit() {
    place.run(LABEL, toTable);
    place.input(reviews(0, 4)).run(LABEL, toTable[0], toTable[1], "herd.output.mode=overwrite");

    assertThat(spark.table(table()).count()).isEqualTo(4);
    assertThat(spark.read().option("versionAsOf", firstSnapshot()).table(table()).count())
        .as("what readers saw until then is still whole")
        .isEqualTo(6);
  }

  private long firstSnapshot() {
    return spark.table(table() + ".snapshots").orderBy("committed_at").head().getAs("snapshot_id");
  }
}
