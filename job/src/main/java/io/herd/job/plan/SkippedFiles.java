package io.herd.job.plan;

import static org.apache.spark.sql.functions.udf;

import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Files whose rows don't count: Spark leaves them out when it plans, and doesn't open them. */
public record SkippedFiles(Set<String> files) implements UDF1<String, Boolean> {
  @Override
  public Boolean call(String file) {
    return !files.contains(file);
  }

  /**
   * Rows of the others.
   *
   * @param field of Spark's {@code _metadata} that {@link #files} are told by, such as {@code
   *     file_name}
   */
  public Dataset<Row> leaveOut(Dataset<Row> rows, String field) {
    return files.isEmpty()
        ? rows
        : rows.filter(
            udf(this, DataTypes.BooleanType)
                .apply(rows.metadataColumn("_metadata").getField(field)));
  }
}
