package io.herd.job.output;

import static org.apache.spark.sql.functions.lit;

import io.herd.job.config.OutputSettings;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.api.python.PythonUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.jdbc.JdbcOptionsInWrite;
import org.apache.spark.sql.execution.datasources.jdbc.JdbcUtils;
import org.apache.spark.sql.jdbc.JdbcDialect;
import org.apache.spark.sql.jdbc.JdbcDialects;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A table of a database. Spark's tasks write to a table of the run's own, beside it; then one
 * transaction deletes what is to be replaced and inserts the rows from there. Readers see the rows
 * of before until the commit, with the usual isolation levels.
 *
 * <p>In the same transaction {@link JdbcRuns} notes the run, which its table can hold once: a run
 * that stalled can't commit what another has committed for it. Where the account may not make that
 * table, the column {@code herd_run} tells a repeated append which rows it has added before.
 */
final class JdbcSink implements Sink {
  static final String FORMAT = "jdbc";
  static final String RUN = "herd_run";

  private final SparkSession spark;
  private final OutputSettings output;
  private final String table;
  private final JdbcDialect dialect;
  private final JdbcNames names;

  JdbcSink(SparkSession spark, OutputSettings output) {
    this.spark = spark;
    this.output = output;
    this.table = output.table().orElseThrow();
    String url = output.options().getOrDefault("url", "");
    this.dialect = JdbcDialects.get(url);
    this.names = JdbcNames.of(table, dialect, url);
  }

  /** Work on one connection. */
  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  @Override
  public boolean exists() {
    return inDatabase(connection -> JdbcUtils.tableExists(connection, options(table)));
  }

  @Override
  public void check() {
    if (!output.options().containsKey("url")) {
      throw new UserException(
          "herd.output.format = jdbc needs the database's address",
          "set herd.output.options { url = \"jdbc:postgresql://host/database\", user = ...,"
              + " password = ... }, for example with password = ${?DATABASE_PASSWORD}.");
    }
    if (!output.partitionBy().isEmpty()) {
      throw new UserException(
          "herd.output.partition-by: tables of a database aren't split into directories",
          "remove it.");
    }
  }

  @Override
  public void tryOut(Dataset<Row> noRows, String trial) {
    names.check(noRows.schema());
    String beside = beside("herd_trial_" + System.currentTimeMillis());
    try {
      stage(noRows, "", beside);
      if (exists()) {
        inTransaction(
            connection -> {
              insert(connection, beside, noRows.schema());
              return false;
            });
      }
      drop(beside);
    } catch (Exception e) { // Spark throws what the database's driver does
      dropIfThere(beside, e);
      throw new UserException(
          "the database can't take the output in " + table + ": " + e.getMessage(),
          "check herd.output.options and the user's rights. An existing table needs the output's"
              + " columns, and herd_run VARCHAR(64), which names the run of each row.",
          e);
    }
  }

  private void dropIfThere(String beside, Exception cause) {
    try {
      drop(beside);
    } catch (SystemException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * The staging table belongs to this attempt alone: rows that a stalled attempt adds to its own
   * table can't get into this one. Those of dead attempts are dropped by the run that publishes.
   */
  @Override
  public boolean write(Dataset<Row> rows, String run, Runnable fence) {
    String beside = beside(prefix(run) + UUID.randomUUID().toString().substring(0, 8));
    names.check(rows.schema());
    stage(rows, run, beside);
    if (!exists()) {
      create(rows.schema());
    }
    JdbcRuns runs = runs();
    boolean noted = inDatabase(runs::ready);
    inTransaction(
        connection -> {
          if (noted) {
            runs.lock(connection);
          }
          delete(connection, run);
          insert(connection, beside, rows.schema());
          if (noted) {
            runs.note(connection, run, OutputWriter.appends(output));
          }
          fence.run();
          return true;
        });
    settle(run);
    return true;
  }

  /** Drops the staging tables of the run's attempts; rows that they have inserted are all there. */
  @Override
  public void settle(String run) {
    inDatabase(connection -> tables(connection, prefix(run))).forEach(name -> drop(beside(name)));
  }

  private static String prefix(String run) {
    return "herd_" + run.replace('-', '_') + "_";
  }

  /**
   * Returns the names that {@link #write} has created, in whatever case the database stores them. A
   * name that only begins so may be another account's, and hold SQL.
   */
  private static List<String> tables(Connection connection, String prefix) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet all =
        connection
            .getMetaData()
            .getTables(connection.getCatalog(), null, null, new String[] {"TABLE"})) {
      while (all.next()) {
        String name = all.getString("TABLE_NAME");
        if (name.toLowerCase(Locale.ROOT).matches(prefix + "[0-9a-f]{8}")) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private JdbcRuns runs() {
    return new JdbcRuns(beside("herd_runs"), table);
  }

  @Override
  public boolean holds(String run) {
    if (!OutputWriter.appends(output) || !exists()) {
      return false;
    }
    JdbcRuns runs = runs();
    return inDatabase(
        connection ->
            (runs.isThere(connection) && runs.holds(connection, run)) || hasRows(connection, run));
  }

  /**
   * Checks a run whose table of runs couldn't be created: one transaction inserted all rows or
   * none.
   */
  private boolean hasRows(Connection connection, String run) throws SQLException {
    String query = "SELECT 1 FROM " + table + " WHERE " + dialect.quoteIdentifier(RUN) + " = ?";
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setMaxRows(1);
      statement.setString(1, run);
      try (ResultSet found = statement.executeQuery()) {
        return found.next();
      }
    }
  }

  private void stage(Dataset<Row> rows, String run, String beside) {
    rows.withColumn(RUN, lit(run))
        .write()
        .format(FORMAT)
        .options(parameters(beside))
        .mode("overwrite")
        .save();
  }

  /** Creates the output's table; of two runs that find none, one is faster. */
  private void create(StructType columns) {
    try {
      spark
          .createDataFrame(List.of(), columns.add(RUN, DataTypes.StringType))
          .write()
          .format(FORMAT)
          .options(parameters(table))
          .mode("append")
          .save();
    } catch (Exception e) { // Spark throws what the database's driver does
      if (!exists()) {
        throw e;
      }
    }
  }

  private void delete(Connection connection, String run) throws SQLException {
    String all = "DELETE FROM " + table;
    if (!OutputWriter.appends(output)) {
      execute(connection, all);
      return;
    }
    String ours = all + " WHERE " + dialect.quoteIdentifier(RUN) + " = ?";
    try (PreparedStatement statement = connection.prepareStatement(ours)) {
      statement.setString(1, run);
      statement.executeUpdate();
    }
  }

  private void insert(Connection connection, String from, StructType columns) throws SQLException {
    String names =
        Arrays.stream(columns.add(RUN, DataTypes.StringType).fieldNames())
            .map(dialect::quoteIdentifier)
            .collect(Collectors.joining(", "));
    execute(
        connection, "INSERT INTO " + table + " (" + names + ") SELECT " + names + " FROM " + from);
  }

  /**
   * Drops a table idempotently, also when another driver drops it; not every database has DROP IF
   * EXISTS.
   */
  private void drop(String beside) {
    inDatabase(
        connection -> {
          try {
            if (JdbcUtils.tableExists(connection, options(beside))) {
              execute(connection, "DROP TABLE " + beside);
            }
          } catch (SQLException e) {
            if (JdbcUtils.tableExists(connection, options(beside))) {
              throw e;
            }
          }
          return null;
        });
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  /** Commits if the work returns true. */
  private void inTransaction(Work<Boolean> work) {
    inDatabase(
        connection -> {
          connection.setAutoCommit(false);
          boolean good = false;
          try {
            good = work.on(connection);
          } finally {
            if (!good) {
              connection.rollback(); // some drivers commit when a connection is closed
            }
          }
          connection.commit();
          return null;
        });
  }

  private <T> T inDatabase(Work<T> work) {
    try (Connection connection = dialect.createConnectionFactory(options(table)).apply(-1)) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new SystemException("the database of " + table + " refused: " + e.getMessage(), e);
    }
  }

  private String beside(String name) {
    return names.beside(name);
  }

  private JdbcOptionsInWrite options(String name) {
    return new JdbcOptionsInWrite(PythonUtils.toScalaMap(parameters(name))); // of any Scala
  }

  private Map<String, String> parameters(String name) {
    Map<String, String> all = new HashMap<>(output.options());
    all.put("dbtable", name);
    if (all.keySet().stream().noneMatch("driver"::equalsIgnoreCase)) {
      JdbcDrivers.of(all.getOrDefault("url", "")).ifPresent(found -> all.put("driver", found));
    }
    return all;
  }

  @Override
  public Dataset<Row> read(String run, StructType columns) {
    Dataset<Row> rows = spark.read().format(FORMAT).options(parameters(table)).load();
    return OutputWriter.appends(output) ? rows.filter(rows.col(RUN).equalTo(run)) : rows;
  }
}
