package io.herd.job.library;

import java.lang.reflect.InvocationTargetException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Converts Datasets from and to Spark's internal rows: columns that nobody reads stay
 * bit-identical.
 */
public final class InternalRows {
  private InternalRows() {}

  /** Returns the rows of a Dataset. Spark reuses them: who keeps one copies it. */
  public static JavaRDD<InternalRow> of(Dataset<Row> rows) {
    return rows.queryExecution().toRdd().toJavaRDD();
  }

  /** Returns a Dataset of such rows. Spark keeps the method that makes it to itself. */
  @SuppressWarnings("unchecked")
  public static Dataset<Row> dataset(SparkSession spark, RDD<InternalRow> rows, StructType schema) {
    try {
      return (Dataset<Row>)
          spark
              .getClass()
              .getMethod("internalCreateDataFrame", RDD.class, StructType.class, boolean.class)
              .invoke(spark, rows, schema, false);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("Spark " + spark.version() + " can't take rows back", e);
    }
  }
}
