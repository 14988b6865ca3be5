package io.herd.udfs.partition;

import com.google.gson.Gson;
import io.herd.udfs.SystemException;
import io.herd.udfs.runtime.EngineLease;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Generates or labels the rows of a partition as they stream by, and keeps nothing. Rows in: what
 * {@link PromptFunction} gives. Out: the same rows in the same order, each with {@link
 * SnapshotColumns#RESULT}.
 *
 * <p>Rows are done in chunks, each of which is handed to the engine at once. The first chunk is
 * small, because whoever looks at a few rows should not wait for many; then they double, so that
 * the engine seldom waits for a chunk's last row. Equal prompts of a chunk are generated once, and
 * what all of them begin with is computed once.
 *
 * @param at the place of the first of {@link SnapshotColumns#ALL} in a row
 */
public record StreamedGeneration(Generator generator, int at)
    implements MapPartitionsFunction<Row, Row> {
  private static final int FIRST_CHUNK = 64;
  private static final int MOST_CHUNK = 2048;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws InterruptedException {
    if (!rows.hasNext()) {
      return rows;
    }
    TaskContext task = TaskContext.get();
    EngineLease lease = generator.lease(task);
    task.addTaskCompletionListener((TaskCompletionListener) ended -> lease.close());
    return new Iterator<>() {
      private int size = FIRST_CHUNK;
      private Iterator<Row> done = List.<Row>of().iterator();

      @Override
      public boolean hasNext() {
        return done.hasNext() || rows.hasNext();
      }

      @Override
      public Row next() {
        if (!done.hasNext()) {
          done = generated(take(rows, size), lease).iterator();
          size = Math.min(MOST_CHUNK, 2 * size);
        }
        return done.next();
      }
    };
  }

  private static List<Row> take(Iterator<Row> rows, int most) {
    List<Row> taken = new ArrayList<>();
    while (taken.size() < most && rows.hasNext()) {
      taken.add(rows.next());
    }
    return taken;
  }

  private List<Row> generated(List<Row> rows, EngineLease lease) {
    Map<String, Row> work = new LinkedHashMap<>();
    for (Row row : rows) {
      if (key(row) != null) {
        work.putIfAbsent(key(row), work(row));
      }
    }
    Gson gson = new Gson();
    Map<String, String> results = new HashMap<>();
    try {
      generator.run(
          lease,
          prefix(work.values()),
          work.values().iterator(),
          Set.of(),
          result -> results.put(result.key(), gson.toJson(result)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SystemException("interrupted while rows were generated", e);
    }
    return rows.stream().map(row -> with(row, results.get(key(row)))).toList();
  }

  private String key(Row row) {
    return (String) value(row, SnapshotColumns.KEY);
  }

  private Row work(Row row) {
    return RowFactory.create(
        SnapshotColumns.WORK.stream().map(name -> value(row, name)).toArray(Object[]::new));
  }

  private Object value(Row row, String column) {
    Object value = row.get(at + SnapshotColumns.ALL.indexOf(column));
    return value instanceof Object[] array // not yet through Spark's encoder
        ? CollectionConverters.asScala(Arrays.asList(array)).toSeq()
        : value;
  }

  private int[] prefix(Collection<Row> work) {
    int ids = SnapshotColumns.WORK.indexOf(SnapshotColumns.IDS);
    List<Integer> shared =
        generator.engine().deterministic()
            ? List.of()
            : SharedPrefix.of(work.stream().map(row -> row.<Integer>getList(ids)).toList());
    return shared.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Row with(Row row, String result) {
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = result;
    return RowFactory.create(values);
  }
}
