package io.herd.job.sql;

import io.herd.udfs.partition.Mapped;
import io.herd.udfs.partition.PromptFunction;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.StreamedGeneration;
import io.herd.udfs.results.Result;
import java.util.Iterator;
import java.util.List;
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
 * Does the calls of a partition: Spark's rows go through the job's own functions as the second
 * column of rows whose first is the prompt.
 *
 * @param prompt an expression over the input
 * @param input columns of the rows that come
 * @param schema of the rows with their results
 */
record CallFunction(
    Expression prompt,
    Seq<Attribute> input,
    PromptFunction prompts,
    StreamedGeneration generate,
    StructType schema)
    implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {

  /** What {@link PromptFunction} takes: the prompt, and the row it belongs to. */
  static final StructType COLUMNS =
      new StructType().add("prompt", DataTypes.StringType).add("row", DataTypes.BinaryType);

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) throws InterruptedException {
    UnsafeProjection text = UnsafeProjection.create(CallNode.seq(List.of(prompt)), input);
    UnsafeProjection out = UnsafeProjection.create(schema);
    Iterator<Row> asked = new Mapped<>(rows, row -> asked(row, text));
    Iterator<Row> done = generate.call(prompts.call(asked));
    return new Mapped<>(done, row -> out.apply(answered(row)));
  }

  private static Row asked(InternalRow row, UnsafeProjection text) {
    InternalRow projected = text.apply(row);
    Object prompt = projected.isNullAt(0) ? null : projected.getUTF8String(0).toString();
    return RowFactory.create(prompt, row.copy()); // Spark reuses its rows, and these are gathered
  }

  private static InternalRow answered(Row row) {
    String result = row.getString(row.size() - 1);
    if (result == null) {
      String error =
          row.getString(COLUMNS.size() + SnapshotColumns.ALL.indexOf(SnapshotColumns.ERROR));
      result = Result.JSON.toJson(Result.failed(null, error));
    }
    return new JoinedRow(
        (InternalRow) row.get(COLUMNS.fieldIndex("row")),
        new GenericInternalRow(new Object[] {UTF8String.fromString(result)}));
  }
}
