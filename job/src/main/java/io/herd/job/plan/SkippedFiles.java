package io.herd.job.plan;

import static org.apache.spark.sql.functions.udf;

import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Names of files whose rows don't count: Spark skips them when it plans, and doesn't open them. */
public record SkippedFiles(Set<String> files) implements UDF1<String, Boolean> {
  @Override
  public Boolean call(String file) {
    return !files.contains(file);
  }

  /** Returns the rows of all other files. */
  public Dataset<Row> leaveOut(Dataset<Row> rows) {
    return files.isEmpty()
        ? rows
        : rows.filter(
            udf(this, DataTypes.BooleanType)
                .apply(rows.metadataColumn("_metadata").getField("file_name")));
  }
}
