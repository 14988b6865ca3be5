package io.herd.udfs.partition;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;

/** A {@link PromptColumn} with the prompt's text after the other values. */
public final class PromptTextColumn implements UDF1<Row, Row> {
  private static final long serialVersionUID = 1;

  private final PromptFunction function;
  private transient Prompts prompts; // each task has its own copy

  public PromptTextColumn(PromptFunction function) {
    this.function = function;
  }

  @Override
  public Row call(Row row) throws InterruptedException {
    if (prompts == null) {
      prompts = function.open();
    }
    return prompts.withText(row);
  }
}
