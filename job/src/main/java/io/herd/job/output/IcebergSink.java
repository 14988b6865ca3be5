package io.herd.job.output;

import static org.apache.spark.sql.functions.col;

import io.herd.job.config.OutputSettings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Iceberg table: readers see each commit completely or not at all. The snapshot that a run
 * commits has the run's name as the property {@code herd-run}, by which the same run finds, after a
 * kill, that it has appended already. That takes the table's history: snapshots mustn't be expired
 * in between.
 *
 * <p>Rows are appended in two steps: they are staged under the run's name as the id of a
 * write-audit-publish, and published from there. Iceberg publishes an id once, and makes sure of
 * that in the commit itself: a stalled run can't append what another has appended for it. That
 * takes a property of the table, and with Spark 3.5 Iceberg's SQL extensions.
 */
final class IcebergSink implements Sink {
  static final String FORMAT = "iceberg";
  static final String RUN = "herd-run";

  private static final String CATALOGS = "org.apache.iceberg.spark.SparkCatalog";

  private static final String EXTENSIONS = "IcebergSparkSessionExtensions";
  private static final String STAGING = "write.wap.enabled";
  private static final String STAGED = "spark.wap.id";
  private static final String ATTEMPT = "herd-attempt";
  private static final Logger LOG = LoggerFactory.getLogger(IcebergSink.class);

  private final SparkSession spark;
  private final OutputSettings output;
  private final String table;

  IcebergSink(SparkSession spark, OutputSettings output) {
    this.spark = spark;
    this.output = output;
    this.table = output.table().orElseThrow();
  }

  /**
   * Returns whether the output's table is an Iceberg table, or would become one when it is created.
   */
  static boolean isOne(SparkSession spark, OutputSettings output) {
    String table = output.table().orElseThrow();
    if (spark.catalog().tableExists(table)) {
      return provider(spark, table).equalsIgnoreCase(FORMAT);
    }
    String first = table.contains(".") ? table.substring(0, table.indexOf('.')) : "";
    String catalog = implementation(spark, first);
    return output.format().equalsIgnoreCase(FORMAT)
        || catalog.equals(CATALOGS)
        || (catalog.isEmpty()
            && implementation(spark, spark.catalog().currentCatalog()).equals(CATALOGS));
  }

  private static String implementation(SparkSession spark, String catalog) {
    return spark.conf().get("spark.sql.catalog." + catalog, "");
  }

  private static String provider(SparkSession spark, String table) {
    List<Row> found =
        spark
            .sql("DESCRIBE TABLE EXTENDED " + table)
            .filter(col("col_name").equalTo("Provider"))
            .select("data_type")
            .collectAsList();
    return found.isEmpty() ? "" : found.get(found.size() - 1).getString(0); // after the columns
  }

  @Override
  public boolean exists() {
    return spark.catalog().tableExists(table);
  }

  @Override
  public boolean holds(String run) {
    return OutputWriter.appends(output) && exists() && !snapshots(run).isEmpty();
  }

  /**
   * Returns the run's snapshots among the ancestors of the table's current state, with their
   * parents.
   */
  private Dataset<Row> snapshots(String run) {
    Dataset<Row> present =
        spark.table(table + ".history").filter("is_current_ancestor").select("snapshot_id");
    return spark
        .table(table + ".snapshots")
        .filter(
            col("summary")
                .getItem(RUN)
                .equalTo(run)
                .or(col("summary").getItem("published-wap-id").equalTo(run)))
        .join(present, "snapshot_id")
        .select("snapshot_id", "parent_id");
  }

  @Override
  public boolean write(Dataset<Row> rows, String run, Runnable fence) {
    fence.run();
    if (OutputWriter.appends(output) && exists() && publishesOnce()) {
      String attempt = UUID.randomUUID().toString();
      stage(rows, run, attempt);
      fence.run();
      publish(attempt);
    } else {
      writer(rows, run)
          .mode(OutputWriter.appends(output) ? "append" : "overwrite")
          .saveAsTable(table);
    }
    return true;
  }

  private DataFrameWriter<Row> writer(Dataset<Row> rows, String run) {
    return OutputWriter.writer(rows, output).format(FORMAT).option("snapshot-property." + RUN, run);
  }

  @Override
  public Optional<String> caveat() {
    boolean calls = // Spark 4 calls procedures by itself
        !spark.version().startsWith("3.")
            || spark.conf().get("spark.sql.extensions", "").contains(EXTENSIONS);
    return calls || !OutputWriter.appends(output)
        ? Optional.empty()
        : Optional.of(
            "a driver that stalls while it commits, and continues after another took over, may"
                + " append its rows twice; to prevent that, put Iceberg's "
                + EXTENSIONS
                + " into spark.sql.extensions");
  }

  /** Returns whether staging is available. The property stays: others stage only on purpose. */
  private boolean publishesOnce() {
    if (caveat().isPresent()) {
      LOG.warn("{}: {}", table, caveat().get());
      return false;
    }
    try {
      spark.sql("ALTER TABLE " + table + " SET TBLPROPERTIES ('" + STAGING + "' = 'true')");
      return true;
    } catch (RuntimeException e) {
      LOG.warn("{} can't be given the property {}: {}", table, STAGING, e.toString());
      return false;
    }
  }

  /** Stages rows; Iceberg reads the id from the session. */
  private void stage(Dataset<Row> rows, String run, String attempt) {
    Optional<String> before = Optional.ofNullable(spark.conf().get(STAGED, null));
    spark.conf().set(STAGED, run);
    try {
      writer(rows, run)
          .option("snapshot-property." + ATTEMPT, attempt)
          .mode("append")
          .saveAsTable(table);
    } finally {
      before.ifPresentOrElse(id -> spark.conf().set(STAGED, id), () -> spark.conf().unset(STAGED));
    }
  }

  private void publish(String attempt) {
    long staged =
        spark
            .table(table + ".snapshots")
            .filter(col("summary").getItem(ATTEMPT).equalTo(attempt))
            .select("snapshot_id")
            .head()
            .getLong(0);
    String first = table.contains(".") ? table.substring(0, table.indexOf('.')) : "";
    boolean named = !implementation(spark, first).isEmpty();
    String catalog = named ? first : spark.catalog().currentCatalog();
    spark.sql(
        String.format(
            Locale.ROOT,
            "CALL %s.system.cherrypick_snapshot('%s', %d)",
            catalog,
            (named ? table.substring(first.length() + 1) : table)
                .replace("\\", "\\\\")
                .replace("'", "\\'"),
            staged));
    spark.sql("REFRESH TABLE " + table);
  }

  @Override
  public Dataset<Row> read(String run, StructType columns) {
    List<Row> ours = OutputWriter.appends(output) ? snapshots(run).collectAsList() : List.of();
    if (ours.isEmpty() || ours.get(0).isNullAt(1)) {
      return spark.table(table);
    }
    return spark
        .read()
        .format(FORMAT)
        .option("start-snapshot-id", ours.get(0).getLong(1))
        .option("end-snapshot-id", ours.get(0).getLong(0))
        .load(table);
  }
}
