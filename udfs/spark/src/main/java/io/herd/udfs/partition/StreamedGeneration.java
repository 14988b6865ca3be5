package io.herd.udfs.partition;

import io.herd.udfs.SystemException;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.results.Result;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Generates or labels the rows of a partition as they stream by, without storing anything. What a
 * row is stays the caller's: rows come out in the order that they came in, each as the caller makes
 * it of the row and its result.
 *
 * <p>Rows are done in chunks, each of which is handed to the engine at once. The first chunk is
 * small, because a query that shows a few rows should not wait for many; then they double, so that
 * the engine seldom waits for a chunk's last row. Equal prompts of a chunk are generated once, and
 * what all of them begin with is computed once.
 */
public record StreamedGeneration(Generator generator) implements Serializable {
  private static final int FIRST_CHUNK = 64;
  private static final int MOST_CHUNK = 2048;

  /**
   * Processes a partition.
   *
   * @param own the values of {@link SnapshotColumns#ALL} in a row
   * @param answered makes the row that comes out, of its result in JSON, or null where it has no
   *     prompt
   */
  public <T, R> Iterator<R> call(
      Iterator<T> rows, Function<T, Row> own, BiFunction<T, String, R> answered)
      throws InterruptedException {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    TaskContext task = TaskContext.get();
    EngineLease lease = generator.engine().lease(task);
    task.addTaskCompletionListener((TaskCompletionListener) ended -> lease.close());
    return new Iterator<>() {
      private int size = FIRST_CHUNK;
      private Iterator<R> done = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        return done.hasNext() || rows.hasNext();
      }

      @Override
      public R next() {
        if (!done.hasNext()) {
          done = generated(take(rows, size), lease, own, answered).iterator();
          size = Math.min(MOST_CHUNK, 2 * size);
        }
        return done.next();
      }
    };
  }

  private static <T> List<T> take(Iterator<T> rows, int most) {
    List<T> taken = new ArrayList<>();
    while (taken.size() < most && rows.hasNext()) {
      taken.add(rows.next());
    }
    return taken;
  }

  private <T, R> List<R> generated(
      List<T> rows, EngineLease lease, Function<T, Row> own, BiFunction<T, String, R> answered) {
    Map<String, PendingRow> pending = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>();
    for (T row : rows) {
      Optional<PendingRow> found = PendingRow.ofAll(own.apply(row));
      found.ifPresent(each -> pending.putIfAbsent(each.key(), each));
      keys.add(found.map(PendingRow::key).orElse(null));
    }
    Map<String, String> results = results(pending.values(), lease);
    List<R> out = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      out.add(answered.apply(rows.get(i), results.get(keys.get(i))));
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
    return generator.engine().takesPrefix()
        ? SharedPrefix.of(pending.stream().map(PendingRow::ids).toList())
        : new int[0];
  }
}
