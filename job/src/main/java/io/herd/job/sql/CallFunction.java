package io.herd.job.sql;

import io.herd.udfs.partition.Mapped;
import io.herd.udfs.partition.PromptFunction;
import io.herd.udfs.partition.Prompts;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.StreamedGeneration;
import io.herd.udfs.results.Result;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.collection.immutable.Seq;

/**
 * Computes the calls of a partition with the job's own functions. Spark's rows stay as they are.
 *
 * @param values expressions over the input: the prompt, and optionally the name for its draws
 * @param input columns of the rows that come
 * @param schema of the rows with their results
 */
record CallFunction(
    Seq<Expression> values,
    Seq<Attribute> input,
    PromptFunction prompts,
    StreamedGeneration generate,
    StructType schema)
    implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {

  /** The columns that prompts are made of. */
  static final StructType COLUMNS = new StructType().add("prompt", DataTypes.StringType);

  /**
   * A row that waits for its result.
   *
   * @param own its prompt
   */
  private record Asked(InternalRow row, Row own) {}

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) throws InterruptedException {
    if (!rows.hasNext()) {
      return rows;
    }
    UnsafeProjection text = UnsafeProjection.create(values, input);
    UnsafeProjection out = UnsafeProjection.create(schema);
    Prompts prepared = prompts.open();
    Iterator<Asked> asked = new Mapped<>(rows, row -> asked(row, text, prepared));
    // The projection has one row, and those of a chunk are gathered: without copies all were its
    // last.
    return generate.call(
        asked, Asked::own, (row, result) -> out.apply(answered(row, result)).copy());
  }

  private static Asked asked(InternalRow row, UnsafeProjection text, Prompts prompts) {
    InternalRow projected = text.apply(row);
    String prompt = projected.isNullAt(0) ? null : projected.getUTF8String(0).toString();
    // No number: a row's place is another under another filter, and so its draws would be.
    Row own = prompts.of(RowFactory.create(prompt, name(projected), null));
    return new Asked(row.copy(), own); // Spark reuses its rows, and these are gathered
  }

  private static String name(InternalRow projected) {
    return projected.numFields() < 2 || projected.isNullAt(1)
        ? ""
        : projected.getUTF8String(1).toString();
  }

  private static InternalRow answered(Asked asked, String result) {
    String text = result;
    if (text == null) {
      String error = asked.own().getString(SnapshotColumns.ALL.indexOf(SnapshotColumns.ERROR));
      text = Result.JSON.toJson(Result.failed(null, error));
    }
    return new JoinedRow(
        asked.row(), new GenericInternalRow(new Object[] {UTF8String.fromString(text)}));
  }
}
