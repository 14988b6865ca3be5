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
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return decoded(rows.next(), tokenizer);
      }
    };
  }

  private Row decoded(Row row, Tokenizer tokenizer) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    int[] ids = row.<Integer>getList(at).stream().mapToInt(Integer::intValue).toArray();
    values[at] = tokenizer.decode(ids);
    return RowFactory.create(values);
  }
}
