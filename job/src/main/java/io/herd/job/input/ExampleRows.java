package io.herd.job.input;

import io.herd.job.config.Settings;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.RowMap;
import io.herd.udfs.template.Shape;
import io.herd.udfs.text.Examples;
import io.herd.udfs.text.PromptRenderer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The rows of {@code herd.prompt.examples}, read by the driver.
 *
 * @param shape of the rows, or null when there are none
 */
record ExampleRows(Examples examples, Shape shape) {

  /**
   * Reads the first rows.
   *
   * @throws UserException when they can't be read, or there is none
   */
  static ExampleRows read(SparkSession spark, Settings settings) {
    Settings.ExampleFile file = settings.examples();
    if (file.path().isEmpty()) {
      return new ExampleRows(Examples.NONE, null);
    }
    return SparkAnalysis.of(
        "the examples can't be read",
        "check herd.prompt.examples.path, format and options.",
        () -> {
          Dataset<Row> all =
              spark.read().format(file.format()).options(file.options()).load(file.path().get());
          return of(all, file);
        });
  }

  private static ExampleRows of(Dataset<Row> all, Settings.ExampleFile file) {
    List<String> columns = List.of(all.columns());
    Column[] readable =
        Arrays.stream(all.schema().fields())
            .map(field -> PromptInput.readable(field.name(), field.dataType()))
            .toArray(Column[]::new);
    List<Map<String, Object>> rows =
        all.select(readable).takeAsList(file.k()).stream()
            .map(row -> RowMap.of(row, columns))
            .toList();
    if (rows.isEmpty()) {
      throw new UserException(
          "the file of examples has no rows", "check herd.prompt.examples.path and format.");
    }
    return new ExampleRows(new Examples(file.answer(), rows), RowMap.shape(all.schema()));
  }

  /** Refuses examples without the columns that the prompt and the answer need. */
  void check(PromptRenderer renderer) {
    if (shape != null) {
      renderer.checkExamples(shape, examples.answer());
    }
  }
}
