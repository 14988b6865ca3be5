package io.herd.udfs.partition;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;

/**
 * Makes {@link Prompts} a column in the rows' own plan. Rows that pass through a typed function
 * come out of Spark's encoders changed: bytes that aren't UTF-8, a map's equal keys, days before
 * 1582. A column leaves the others where they are.
 */
public final class PromptColumn implements UDF1<Row, Row> {
  private static final long serialVersionUID = 1;

  private final PromptFunction function;
  private transient Prompts prompts; // each task has its own copy

  public PromptColumn(PromptFunction function) {
    this.function = function;
  }

  @Override
  public Row call(Row row) throws InterruptedException {
    if (prompts == null) {
      prompts = function.open();
    }
    return prompts.of(row);
  }
}
