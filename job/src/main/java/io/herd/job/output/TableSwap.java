package io.herd.job.output;

import io.herd.udfs.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Replaces a table of the session's catalog by another through two renames. Tables beside it, whose
 * names begin as its own, are {@code _herd_old}, while it is none, and one {@code _herd_new_} for
 * each run that is writing.
 */
final class TableSwap {
  private static final Pattern PART = Pattern.compile("`((?:[^`]|``)*)`|[^.`]+");
  private static final String SESSION_CATALOG = "spark_catalog";
  private static final String RUN = "herd.run";
  private static final String NEW = "_herd_new_";
  private static final String OLD = "_herd_old";

  private final SparkSession spark;
  private final List<String> parts;
  private final String table;
  private final String old;
  private final String staged;

  /**
   * Creates the swap of a table.
   *
   * @param name as in SQL: with backquotes around what isn't letters, digits and underscores
   */
  TableSwap(SparkSession spark, String name) {
    this.spark = spark;
    this.parts = parts(name);
    this.table = beside("");
    this.old = beside(OLD);
    this.staged = beside(NEW + UUID.randomUUID().toString().substring(0, 8));
  }

  private static List<String> parts(String name) {
    List<String> all = PART.matcher(name).results().map(TableSwap::unquoted).toList();
    boolean full = all.size() == 3 && all.get(0).equals(SESSION_CATALOG); // a rename takes two
    return full ? all.subList(1, 3) : all;
  }

  private static String unquoted(MatchResult part) {
    return part.group(1) == null ? part.group() : part.group(1).replace("``", "`");
  }

  private String beside(String suffix) {
    return namespace() + Quoted.name(parts.get(parts.size() - 1) + suffix);
  }

  private String namespace() {
    return parts.subList(0, parts.size() - 1).stream()
        .map(part -> Quoted.name(part) + ".")
        .collect(Collectors.joining());
  }

  /**
   * Returns whether the catalog and the tables' file system can rename a table without copying it.
   */
  boolean isPossible() {
    if (parts.size() > 2 || !spark.catalog().currentCatalog().equals(SESSION_CATALOG)) {
      return false;
    }
    String database = parts.size() == 1 ? spark.catalog().currentDatabase() : parts.get(0);
    try {
      Path somewhere = new Path(spark.catalog().getDatabase(database).locationUri(), "table");
      return OutputPlace.of(somewhere, spark.sparkContext().hadoopConfiguration()).swaps();
    } catch (AnalysisException e) { // there is no such database, which writing will say
      return false;
    }
  }

  /** Returns the table that this run writes to. */
  String staged() {
    return staged;
  }

  /** Restores the old table if a run died before its own was in place. */
  void recover() {
    if (!exists(old)) {
      return;
    }
    if (exists(table)) {
      drop(old);
    } else {
      rename(old, parts.get(parts.size() - 1));
    }
  }

  /** Returns whether a run put the table there. */
  boolean isOf(String run) {
    return exists(table)
        && spark.sql("SHOW TBLPROPERTIES " + table).collectAsList().stream()
            .anyMatch(row -> row.getString(0).equals(RUN) && row.getString(1).equals(run));
  }

  /**
   * Replaces the table by the one that this run has written. What other runs have written beside it
   * is removed first, so that they can't put it there later.
   */
  void swap(String run) {
    spark.sql("ALTER TABLE " + staged + " SET TBLPROPERTIES ('" + RUN + "' = '" + run + "')");
    dropOthers();
    String name = parts.get(parts.size() - 1);
    if (exists(table)) {
      rename(table, name + OLD);
    }
    try {
      rename(staged, name);
    } catch (Exception e) { // Spark throws what isn't declared
      recover();
      throw e;
    }
    if (exists(old)) {
      drop(old);
    }
  }

  /** Drops the tables of runs that died, or that stalled and fail when they continue. */
  private void dropOthers() {
    String in = parts.size() == 1 ? "" : " IN " + namespace().replaceFirst("\\.$", "");
    String begin = (parts.get(parts.size() - 1) + NEW).toLowerCase(Locale.ROOT);
    String like = begin.replaceAll("[^a-z0-9_]", "*") + "*";
    for (Row each : spark.sql("SHOW TABLES" + in + " LIKE '" + like + "'").collectAsList()) {
      String found = each.<String>getAs("tableName").toLowerCase(Locale.ROOT);
      String other = namespace() + Quoted.name(found);
      if (found.startsWith(begin) && !other.equalsIgnoreCase(staged)) {
        drop(other);
      }
    }
  }

  private boolean exists(String some) {
    return spark.catalog().tableExists(some);
  }

  private void drop(String some) {
    spark.sql("DROP TABLE IF EXISTS " + some);
  }

  private void rename(String from, String name) {
    spark.sql("ALTER TABLE " + from + " RENAME TO " + namespace() + Quoted.name(name));
  }
}
