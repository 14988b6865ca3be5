package io.herd.udfs.partition;

import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Applies {@link StreamedGeneration} to rows whose last value holds {@link SnapshotColumns#ALL},
 * and appends {@link SnapshotColumns#RESULT}.
 */
public record StreamedRows(StreamedGeneration generate) implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws InterruptedException {
    return generate.call(rows, row -> row.getStruct(row.size() - 1), SnapshotColumns::with);
  }
}
