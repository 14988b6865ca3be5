package io.herd.job.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;

import io.herd.job.config.Settings;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.SnapshotColumns;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The order of an input's rows, kept from its snapshot to the output if {@code herd.output.order}
 * asks for it. Spark reads large files before small ones, so that a row's number tells its place in
 * its file, and not which file is before which.
 */
public final class InputOrder {
  /** A plan's line that sorts all rows; the classes of plans differ between Scala versions. */
  private static final Pattern SORTED = Pattern.compile("(?m)^[ :+-]*Sort \\[.*\\], true");

  private InputOrder() {}

  /**
   * Refuses a query without an order.
   *
   * @throws UserException with the remedy
   */
  static void check(Dataset<Row> source, Settings settings) {
    if (isKept(settings)
        && settings.input().sql().isPresent()
        && !SORTED.matcher(source.queryExecution().optimizedPlan().toString()).find()) {
      throw new UserException(
          "herd.output.order = input: the rows of herd.input.sql have no order",
          "end the query with ORDER BY, or remove herd.output.order.");
    }
  }

  /** Adds the files that a snapshot's rows come from, if the order matters. */
  static Dataset<Row> noted(Dataset<Row> rows, Settings settings) {
    return isKept(settings) && settings.input().path().isPresent()
        ? rows.withColumn(SnapshotColumns.FILE, input_file_name())
        : rows;
  }

  /** Sorts an output's rows, in as many partitions as it is to have files. */
  public static Dataset<Row> arranged(Dataset<Row> rows, Settings settings) {
    OptionalInt files = settings.output().files();
    if (!isKept(settings)) {
      return files.isPresent() ? rows.repartition(files.getAsInt()) : rows;
    }
    Column[] order =
        Stream.of(SnapshotColumns.FILE, SnapshotColumns.ROW)
            .filter(Arrays.asList(rows.columns())::contains)
            .map(name -> col(name))
            .toArray(Column[]::new);
    return files.isPresent()
        ? rows.repartitionByRange(files.getAsInt(), order).sortWithinPartitions(order)
        : rows.orderBy(order);
  }

  private static boolean isKept(Settings settings) {
    return settings.output().order().isPresent();
  }
}
