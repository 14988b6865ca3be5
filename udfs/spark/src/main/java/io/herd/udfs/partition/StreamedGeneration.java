package io.herd.udfs.partition;

import io.herd.udfs.SystemException;
import io.herd.udfs.results.Result;
import io.herd.udfs.runtime.EngineLease;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Generates or labels the rows of a partition as they stream by, and keeps nothing. Rows in: what
 * {@link PromptFunction} gives. Out: the same rows in the same order, each with {@link
 * SnapshotColumns#RESULT}.
 *
 * <p>Rows are done in chunks, each of which is handed to the engine at once. The first chunk is
 * small, because a query that shows a few rows should not wait for many; then they double, so that
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
    Map<String, PendingRow> pending = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>();
    for (Row row : rows) {
      Optional<PendingRow> found = PendingRow.of(row, at);
      found.ifPresent(each -> pending.putIfAbsent(each.key(), each));
      keys.add(found.map(PendingRow::key).orElse(null));
    }
    Map<String, String> results = results(pending.values(), lease);
    List<Row> out = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      out.add(SnapshotColumns.row(rows.get(i), results.get(keys.get(i))));
    }
    return out;
  }

  private Map<String, String> results(Collection<PendingRow> pending, EngineLease lease) {
    Map<String, String> results = new HashMap<>();
    TaskLoop.Sink sink = result -> results.put(result.key(), Result.JSON.toJson(result));
    try {
      generator.run(lease, prefix(pending), pending.iterator(), Set.of(), sink);
    } catch (InterruptedException e) {
      throw SystemException.interrupted("rows were generated", e);
    }
    return results;
  }

  private int[] prefix(Collection<PendingRow> pending) {
    return generator.engine().deterministic()
        ? new int[0]
        : SharedPrefix.of(pending.stream().map(PendingRow::ids).toList());
  }
}
