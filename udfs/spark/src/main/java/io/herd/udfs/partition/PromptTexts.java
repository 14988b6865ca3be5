package io.herd.udfs.partition;

import io.herd.udfs.runtime.Engines;
import io.herd.udfs.text.Tokenizer;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Turns prompts' token ids back into text, special tokens left out, for people to read.
 *
 * @param at the column with the ids
 */
public record PromptTexts(ExecutorFiles files, int at) implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws InterruptedException {
    Tokenizer tokenizer = Engines.tokenizer(files);
    return new Mapped<>(rows, row -> decoded(row, tokenizer));
  }

  private Row decoded(Row row, Tokenizer tokenizer) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    values[at] = tokenizer.decode(TokenIds.of(row, at));
    return RowFactory.create(values);
  }
}
