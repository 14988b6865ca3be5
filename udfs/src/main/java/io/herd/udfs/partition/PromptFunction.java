package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.results.ResultKey;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.text.ChatTemplate;
import io.herd.udfs.text.Examples;
import io.herd.udfs.text.PromptEncoder;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.PromptSettings;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Gives every row its number, its rendered and tokenized prompt and its result's key, or the reason
 * why it can't have one. Rows in = rows out.
 *
 * @param files how an executor comes by the model's tokenizer
 * @param template the model's chat template, or null
 * @param examples that every prompt begins with
 * @param specialTokens the model's
 * @param maxPromptTokens longer prompts fail, or are cut
 * @param columns of the input, in their order
 * @param idColumn the column that names a row, or null for its number
 * @param choicesColumn the column with each row's own choices, or null
 */
public record PromptFunction(
    PromptSettings settings,
    ExecutorFiles files,
    ChatTemplate template,
    Examples examples,
    List<String> specialTokens,
    ResultKey keys,
    int maxPromptTokens,
    List<String> columns,
    String idColumn,
    String choicesColumn)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws InterruptedException {
    TaskContext task = TaskContext.get();
    PromptEncoder encoder =
        new PromptEncoder(
            settings,
            PromptRenderer.of(settings, template, specialTokens, examples),
            Engines.tokenizer(files),
            maxPromptTokens);
    long firstNumber = (long) task.partitionId() << 33; // as Spark's monotonically_increasing_id
    return new Iterator<>() {
      private long number = firstNumber;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return prepare(rows.next(), number++, encoder);
      }
    };
  }

  private Row prepare(Row row, long number, PromptEncoder encoder) {
    Object[] values = new Object[columns.size() + SnapshotColumns.ALL.size()];
    for (int i = 0; i < columns.size(); i++) {
      values[i] = row.get(i);
    }
    values[columns.size()] = number;
    values[columns.size() + 5] = false;
    try {
      PromptEncoder.Encoded prompt = encoder.encode(RowMap.of(row, columns));
      int[] ids = prompt.ids();
      List<Choice> own = choicesColumn == null ? List.of() : RowChoices.of(row, choicesColumn);
      values[columns.size() + 1] = keys.of(ids, name(row, number), own);
      values[columns.size() + 2] = Arrays.stream(ids).boxed().toArray(Integer[]::new);
      values[columns.size() + 4] = own.isEmpty() ? null : RowChoices.toStore(own);
      values[columns.size() + 5] = prompt.cut();
    } catch (RowException e) {
      values[columns.size() + 3] = e.getMessage();
    }
    return RowFactory.create(values);
  }

  private String name(Row row, long number) {
    Object id = idColumn == null ? null : row.get(columns.indexOf(idColumn));
    return id == null ? Long.toString(number) : id.toString();
  }
}
