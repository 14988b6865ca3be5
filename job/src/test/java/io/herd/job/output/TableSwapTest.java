package io.herd.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.job.SharedSpark;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each as people write the name. */
@ExtendWith(SharedSpark.class)
class TableSwapTest {
  private SparkSession spark;

  @BeforeEach
  void makeDatabase(SparkSession shared) {
    spark = shared;
    spark.sql("CREATE DATABASE IF NOT EXISTS swaps");
  }

  @AfterEach
  void dropAll() {
    spark.sql("DROP DATABASE swaps CASCADE");
    spark.sql("DROP TABLE IF EXISTS swapped_here");
  }

  private TableSwap written(String table, String value) {
    TableSwap swap = new TableSwap(spark, table);
    spark.sql("SELECT '" + value + "' AS value").write().saveAsTable(swap.staged());
    return swap;
  }

  private String value(String table) {
    return spark.table(table).head().getString(0);
  }

  private List<String> tables() {
    return spark.sql("SHOW TABLES IN swaps").select("tableName").collectAsList().stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "swapped_here",
        "swaps.labels",
        "swaps.Labels",
        "`swaps`.`labels`",
        "spark_catalog.swaps.labels"
      })
  void swap_newAndOldTable_isTheLastRunsWhole(String table) {
    assertThat(new TableSwap(spark, table).isPossible()).isTrue();
    written(table, "first").swap("s1");
    assertThat(value(table)).isEqualTo("first");
    written(table, "second").swap("s2");

    assertThat(value(table)).isEqualTo("second");
    assertThat(new TableSwap(spark, table).isOf("s2")).isTrue();
    assertThat(new TableSwap(spark, table).isOf("s1")).isFalse();
    assertThat(tables()).hasSizeLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"swaps.labels", "swaps.Labels"})
  void recover_diedBetweenTheRenames_putsTheOldTableBack(String table) {
    written(table, "old").swap("s1");
    spark.sql("ALTER TABLE " + table + " RENAME TO " + table + "_herd_old");

    new TableSwap(spark, table).recover();

    assertThat(value(table)).isEqualTo("old");
    assertThat(tables()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"swaps.labels", "swaps.Labels"})
  void recover_diedBehindTheRenames_dropsTheOldTable(String table) {
    written(table, "old").swap("s1");
    spark.sql("ALTER TABLE " + table + " RENAME TO " + table + "_herd_old");
    spark.sql("SELECT 'new' AS value").write().saveAsTable(table);

    new TableSwap(spark, table).recover();

    assertThat(value(table)).isEqualTo("new");
    assertThat(tables()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"swaps.labels", "swaps.Labels"})
  void swap_stoodStillWhileAnotherDidIt_failsAndLeavesTheOthers(String table) {
    TableSwap stands = written(table, "late");
    written(table, "other").swap("s2");

    assertThatThrownBy(() -> stands.swap("s1")).hasMessageContaining("_herd_new_");

    assertThat(value(table)).isEqualTo("other");
    assertThat(tables()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"other.swaps.labels", "nowhere.labels", "a.b.c.d"})
  void isPossible_otherCatalog_isFalse(String table) {
    assertThat(new TableSwap(spark, table).isPossible()).isFalse();
  }
}
