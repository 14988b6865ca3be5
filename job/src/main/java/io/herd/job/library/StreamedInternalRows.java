package io.herd.job.library;

import io.herd.udfs.partition.Mapped;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.StreamedGeneration;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Function1;

/**
 * {@link StreamedGeneration} over Spark's own rows.
 *
 * @param at the place of the column that holds {@link SnapshotColumns#ALL}
 */
record StreamedInternalRows(StreamedGeneration generate, int at)
    implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) throws InterruptedException {
    int values = SnapshotColumns.ALL.size();
    Function1<Object, Object> reader =
        CatalystTypeConverters.createToScalaConverter(SnapshotColumns.own());
    return generate.call(
        new Mapped<>(rows, InternalRow::copy), // Spark reuses its rows, and these are gathered
        row -> (Row) reader.apply(row.getStruct(at, values)),
        StreamedInternalRows::answered);
  }

  private static InternalRow answered(InternalRow row, String result) {
    return new JoinedRow(row, new GenericInternalRow(new Object[] {UTF8String.fromString(result)}));
  }
}
