package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output to tables of a PostgreSQL server. */
@ExtendWith(SharedSpark.class)
class DatabaseTest {
  private static final String APPEND = "herd.output.mode=append";

  private static EmbeddedPostgres server;

  private Workplace place;
  private String[] toTable;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) throws SQLException {
    sql("DROP SCHEMA IF EXISTS sales CASCADE");
    sql("CREATE SCHEMA sales");
    place = new Workplace(spark, directory).input(reviews(0, 6));
    toTable =
        new String[] {
          "herd.output.path=null",
          "herd.output.table=sales.labels",
          "herd.output.format=jdbc",
          "herd.output.options={ url = \"" + server.getJdbcUrl("postgres", "postgres") + "\" }"
        };
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement each = connection.createStatement()) {
      each.execute(statement);
    }
  }

  private String ask(String query) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement each = connection.createStatement();
        ResultSet rows = each.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private Workplace.Ended run(String... more) {
    return place.run(
        LABEL, Stream.concat(Stream.of(toTable), Stream.of(more)).toArray(String[]::new));
  }

  private String rows() throws SQLException {
    return ask("SELECT count(*) || ' of ' || count(DISTINCT id) FROM sales.labels");
  }

  private String tables() throws SQLException {
    return ask(
        "SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM information_schema.tables"
            + " WHERE table_schema = 'sales'");
  }

  @Test
  void run_newTable_hasTheRowsUnderTheRunsName() throws SQLException {
    Workplace.Ended ended = run();

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed()).contains("another person who had problem with picture");
    assertThat(rows()).isEqualTo("6 of 6");
    assertThat(ask("SELECT max(herd_run) FROM sales.labels"))
        .isEqualTo(place.workDir().run().state().orElseThrow().run());
    assertThat(ask("SELECT min(scores::json ->> 'positive') FROM sales.labels")).startsWith("0.");
    assertThat(tables()).as("none for the way is left").isEqualTo("herd_runs labels");
  }

  @Test
  void run_appendedAndDiedBeforeItSaidSo_appendsNothingTwice() throws SQLException {
    run(APPEND);
    place.input(reviews(6, 9));
    run(APPEND);
    place.forgetPublishing();

    run(APPEND);

    assertThat(rows()).isEqualTo("9 of 9");
    assertThat(ask("SELECT count(DISTINCT herd_run) FROM sales.labels")).isEqualTo("2");
  }

  @Test
  void run_insertFails_leavesTheRowsThatWereThere() throws SQLException {
    run();
    sql("ALTER TABLE sales.labels ADD CHECK (id <> '" + idOf(7) + "')");
    place.input(reviews(4, 9));

    assertThatThrownBy(() -> run())
        .isInstanceOf(SystemException.class)
        .hasMessageContaining("violates check constraint");

    assertThat(rows()).as("what had been deleted is back").isEqualTo("6 of 6");
    sql("ALTER TABLE sales.labels DROP CONSTRAINT labels_id_check");
    run();
    assertThat(rows()).isEqualTo("5 of 5");
    assertThat(tables()).isEqualTo("herd_runs labels");
  }

  private static String idOf(int row) {
    return reviews(row, row + 1).get(0).replaceAll(".*\"id\": ?\"([^\"]*)\".*", "$1");
  }

  @Test
  void run_tableWithoutTheColumns_isRefusedBeforeGenerating() throws SQLException {
    sql("CREATE TABLE sales.labels (id TEXT)");

    assertThatThrownBy(() -> run(APPEND))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the database can't take the output in sales.labels: ")
        .hasMessageContaining("herd_run VARCHAR(64)");

    assertThat(place.directory().resolve("work/results")).doesNotExist();
    assertThat(tables()).isEqualTo("labels");
  }

  @Test
  void run_tableOfAnother_isRefused() throws SQLException {
    sql("CREATE TABLE sales.labels (id TEXT)");

    assertThatThrownBy(() -> run())
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the output sales.labels exists, and not from a run");
  }

  @Test
  void run_noAddress_isRefused() {
    assertThatThrownBy(() -> place.run(LABEL, toTable[0], toTable[1], toTable[2]))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("herd.output.format = jdbc needs the database's address");
  }

  /** Then the column herd_run tells which rows the run has appended. */
  @Test
  void run_accountThatMayNotMakeATable_appendsNothingTwice() throws SQLException {
    run(APPEND);
    place.forgetPublishing();
    sql("DROP TABLE sales.herd_runs");
    sql("CREATE VIEW sales.herd_runs AS SELECT 1 AS other");

    assertThat(run(APPEND).code()).isEqualTo(ExitCode.DONE);

    assertThat(rows()).isEqualTo("6 of 6");
    place.input(reviews(6, 9));
    assertThat(run(APPEND).code()).isEqualTo(ExitCode.DONE);
    assertThat(rows()).isEqualTo("9 of 9");
  }

  /** What a name can carry into a statement: Herd's account may do more than its author. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sales.labels; DROP TABLE sales.customers; --",
        "sales.labels (id) VALUES ('x'); DROP TABLE sales.customers; --",
        "sales.labels--",
        "sales.labels /* */",
        "sales.\"la\"bels\"",
        "sales.\"labels",
        "sales.`labels`",
        "sales labels",
        "sales.labels.",
        "sales.lab\u0000els",
      })
  void run_tableThatIsNoName_isRefusedAndNothingIsRun(String table) throws SQLException {
    sql("CREATE TABLE sales.customers (id TEXT)");
    toTable[1] = "herd.output.table=" + new Gson().toJson(table);

    assertThatThrownBy(() -> run())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.output.table is not a valid table name");

    assertThat(tables()).isEqualTo("customers");
  }

  @Test
  void run_quotedTable_isThatTable() throws SQLException {
    sql("CREATE TABLE sales.customers (id TEXT)");
    toTable[1] =
        "herd.output.table="
            + new Gson().toJson("sales.\"la.b\"\"els; DROP TABLE sales.customers; --\"");

    assertThat(run(APPEND).code()).isEqualTo(ExitCode.DONE);
    place.forgetPublishing();
    assertThat(run(APPEND).code()).isEqualTo(ExitCode.DONE);

    assertThat(tables()).isEqualTo("customers herd_runs la.b\"els; DROP TABLE sales.customers; --");
  }

  /** Spark puts the names of columns into quotes, and leaves quotes in them as they are. */
  @Test
  void run_columnThatEndsItsQuotes_isRefusedBeforeGenerating() throws SQLException {
    sql("CREATE TABLE sales.customers (id TEXT)");
    JsonObject row = new Gson().fromJson(reviews(0, 1).get(0), JsonObject.class);
    row.addProperty("x\" TEXT); DROP TABLE sales.customers; --", "");
    place.input(List.of(row.toString()));

    assertThatThrownBy(() -> run())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has a quote in its name");

    assertThat(tables()).isEqualTo("customers");
    assertThat(place.directory().resolve("work/results")).doesNotExist();
  }

  /** Another account may make tables in the schema, and so may choose their names. */
  @Test
  void run_anothersTableWithSqlInItsName_isLeftAndNothingIsRun() throws SQLException {
    run(APPEND);
    sql("CREATE TABLE sales.c (id TEXT)");
    String prefix = "herd_" + ask("SELECT max(herd_run) FROM sales.labels").replace('-', '_');
    sql("CREATE TABLE sales.\"" + prefix + "_\" (id TEXT)"); // or the first statement would fail
    sql("CREATE TABLE sales.\"" + prefix + "_;DROP TABLE sales.c--\" (id TEXT)");
    sql("CREATE TABLE sales.\"" + prefix + "_0123abcd\" (id TEXT)");
    place.forgetPublishing();

    assertThat(run(APPEND).code()).isEqualTo(ExitCode.DONE);

    assertThat(tables())
        .as("only what a dead attempt left is dropped")
        .startsWith("c ")
        .contains(prefix + "_;DROP TABLE sales.c--")
        .doesNotContain(prefix + "_0123abcd");
  }
}
