package io.herd.job.output;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table beside a database's outputs with one row per committed run, and one row per output, on
 * which its publishers wait for each other.
 *
 * @param table its name, in the schema of the output
 * @param output the output's table
 */
record JdbcRuns(String table, String output) {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcRuns.class);

  /** How long a publisher waits for another that has locked the output's row. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String LOCK = "-";

  /** Returns whether the table can be read. */
  boolean isThere(Connection connection) {
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery("SELECT herd_run FROM " + table + " WHERE 1 = 0")) {
      return !none.next();
    } catch (SQLException e) { // also where the account may not read it
      return false;
    }
  }

  /**
   * Creates the table and the output's row if they don't exist; returns false if the account may
   * not.
   */
  boolean ready(Connection connection) throws SQLException {
    if (!isThere(connection) && !make(connection)) {
      return false;
    }
    if (!holds(connection, LOCK)) {
      try {
        insert(connection, LOCK);
      } catch (SQLException e) {
        return holds(connection, LOCK); // another run was faster, or the account may not write
      }
    }
    return true;
  }

  private boolean make(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "CREATE TABLE "
              + table
              + " (herd_output VARCHAR(250) NOT NULL, herd_run VARCHAR(64) NOT NULL,"
              + " PRIMARY KEY (herd_output, herd_run))");
      return true;
    } catch (SQLException e) {
      if (isThere(connection)) { // another run was faster
        return true;
      }
      LOG.warn(
          "Can't create the table {}, with which the database refuses to commit a run twice: {}",
          table,
          e.toString());
      return false;
    }
  }

  /** Waits until no other publisher to this output is in its transaction. */
  void lock(Connection connection) throws SQLException {
    String update = "UPDATE " + table + " SET herd_run = ? WHERE herd_output = ? AND herd_run = ?";
    update(connection, update, LOCK, output, LOCK);
  }

  /**
   * Records that a run was committed, as part of that commit.
   *
   * @param once whether the database must refuse a second time
   */
  void note(Connection connection, String run, boolean once) throws SQLException {
    if (once || !holds(connection, run)) {
      insert(connection, run);
    }
  }

  boolean holds(Connection connection, String run) throws SQLException {
    String query = "SELECT herd_run FROM " + table + " WHERE herd_output = ? AND herd_run = ?";
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, output);
      statement.setString(2, run);
      try (ResultSet found = statement.executeQuery()) {
        return found.next();
      }
    }
  }

  private void insert(Connection connection, String run) throws SQLException {
    update(
        connection, "INSERT INTO " + table + " (herd_output, herd_run) VALUES (?, ?)", output, run);
  }

  private static void update(Connection connection, String sql, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      statement.setQueryTimeout((int) PATIENCE.toSeconds());
      statement.executeUpdate();
    }
  }
}
