package io.herd.job.input;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.text.Examples;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.PromptRenderer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The prompt of a row without content; its label scores are subtracted from those of rows. */
public final class ContentFree {
  private ContentFree() {}

  /**
   * Returns what tasks need to label rows.
   *
   * @param rows the input's, or the snapshot's
   * @throws UserException when the prompt can't be rendered with the content-free text
   */
  public static LabelTask task(Dataset<Row> rows, Settings settings, ResolvedModel model) {
    return task(rows.sparkSession(), rows.schema(), settings, model);
  }

  /** Returns the content-free prompts for rows of a schema. */
  public static LabelTask task(
      SparkSession spark, StructType columns, Settings settings, ResolvedModel model) {
    return task(columns, settings, model, () -> ExampleRows.read(spark, settings).examples());
  }

  /**
   * Returns the labelling of a job, with the content-free prompt if rows are calibrated.
   *
   * @param examples asked for when rows are calibrated only
   */
  static LabelTask task(
      StructType columns, Settings settings, ResolvedModel model, Supplier<Examples> examples) {
    if (!settings.labelling().on() || settings.labelling().contentFree() == null) {
      return LabelTask.plain(settings.labelling());
    }
    PromptRenderer renderer =
        PromptRenderer.of(
            settings.prompt(), model.chatTemplate(), model.specialTokens(), examples.get());
    try {
      Map<String, Object> row = row(columns, settings.labelling().contentFree());
      Prompt prompt = renderer.render(row);
      int[] ids = model.tokenizer().encode(prompt, renderer.chat());
      return new LabelTask(settings.labelling(), prompt, ids);
    } catch (RowException e) {
      throw new UserException(
          "the prompt can't be rendered with "
              + settings.labelling().contentFree()
              + " in place of the columns: "
              + e.getMessage(),
          "set herd.labelling.content-free to a text that the template accepts, or"
              + " herd.labelling.calibrate = false.",
          e);
    }
  }

  /** Builds a row with one text in place of every value. */
  static Map<String, Object> row(StructType columns, String text) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (StructField field : columns.fields()) {
      if (!SnapshotColumns.isOwn(field.name())) {
        out.put(field.name(), value(field.dataType(), text));
      }
    }
    return out;
  }

  /**
   * Fills a type: structs keep their fields, and lists get one element, so that templates can read
   * them.
   */
  private static Object value(DataType type, String text) {
    if (type instanceof StructType struct) {
      return row(struct, text);
    }
    if (type instanceof ArrayType array) {
      return List.of(value(array.elementType(), text));
    }
    return type instanceof MapType map ? Map.of(text, value(map.valueType(), text)) : text;
  }
}
