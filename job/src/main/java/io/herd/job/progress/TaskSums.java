package io.herd.job.progress;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import scala.Option;
import scala.Tuple4;
import scala.collection.Iterable;
import scala.collection.Iterator;

/**
 * Sums accumulators of a running stage: tasks report them with the executors' heartbeats. What a
 * task that failed had reported is forgotten. Sums are kept and not computed: with tens of
 * thousands of tasks, every heartbeat of every executor asks for some.
 */
public abstract class TaskSums extends SparkListener {
  /** Each task's values, and their sums. */
  private record Known(Map<Long, Map<Long, Object>> tasks, Map<Long, Long> sums) {
    Known() {
      this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }
  }

  // Replaced as a whole, by another thread than the listener's, which may be at work on it.
  private volatile Known known = new Known();

  private final Map<Long, Long> lost = new ConcurrentHashMap<>();

  /** Called whenever a value may have changed. */
  protected abstract void changed();

  /** Returns the sum of a number over all tasks. */
  protected final long sum(long accumulator) {
    return known.sums().getOrDefault(accumulator, 0L);
  }

  /**
   * Returns what running tasks have reported since {@code before}, or, where that is more, what
   * ended ones have: Spark adds up their counters before the stage ends, and tells listeners some
   * time later.
   */
  protected final long sum(long before, LongAccumulator counter) {
    return Math.max(before + sum(counter.id()), counter.sum());
  }

  /**
   * Returns what failed tasks had reported, which {@link #sum(long)} doesn't include: paid work
   * whose results are lost.
   */
  protected final long lost(long accumulator) {
    return lost.getOrDefault(accumulator, 0L);
  }

  /** Returns the largest value of any task. */
  protected final long largest(long accumulator) {
    return known.tasks().values().stream()
        .mapToLong(task -> number(task.get(accumulator)))
        .max()
        .orElse(0);
  }

  /** Returns any of the texts of ended and running tasks. */
  protected final Optional<String> text(CollectionAccumulator<String> texts) {
    return texts.value().stream().findFirst().or(() -> text(texts.id()));
  }

  /** Returns any of the texts in a collection that tasks have reported. */
  protected final Optional<String> text(long accumulator) {
    return known.tasks().values().stream()
        .map(task -> task.get(accumulator))
        .filter(value -> value instanceof List<?> texts && !texts.isEmpty())
        .map(value -> ((List<?>) value).get(0).toString())
        .findFirst();
  }

  /** Forgets all tasks. */
  protected final void clear() {
    known = new Known();
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    Iterator<?> each = call(update, "accumUpdates").iterator();
    while (each.hasNext()) {
      Tuple4<?, ?, ?, ?> task = (Tuple4<?, ?, ?, ?>) each.next();
      take((Long) task._1(), (Iterable<?>) task._4());
    }
    changed();
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo().successful()) {
      take(end.taskInfo().taskId(), call(end.taskInfo(), "accumulables"));
    } else {
      forget(end.taskInfo().taskId());
    }
    changed();
  }

  private void forget(long task) {
    Known now = known;
    Map<Long, Object> had = now.tasks().remove(task);
    if (had != null) {
      had.forEach((id, value) -> now.sums().merge(id, -number(value), Long::sum));
      had.forEach((id, value) -> lost.merge(id, number(value), Long::sum));
    }
  }

  /** Calls by reflection, because the return type is a different class in Scala 2.12 and 2.13. */
  private static Iterable<?> call(Object on, String name) {
    try {
      Method method = on.getClass().getMethod(name);
      return (Iterable<?>) method.invoke(on);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Spark's events have no " + name, e);
    }
  }

  private void take(long task, Iterable<?> values) {
    Known all = known;
    Map<Long, Object> taken = all.tasks().computeIfAbsent(task, id -> new ConcurrentHashMap<>());
    Iterator<?> each = values.iterator();
    while (each.hasNext()) {
      AccumulableInfo info = (AccumulableInfo) each.next();
      Option<Object> value = info.update();
      if (value.isDefined()) {
        long before = number(taken.get(info.id()));
        long now = number(taken.merge(info.id(), value.get(), TaskSums::newer));
        all.sums().merge(info.id(), now - before, Long::sum);
      }
    }
  }

  private static long number(Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  /** A heartbeat may come after the task's end. */
  private static Object newer(Object before, Object now) {
    return before instanceof Number a && now instanceof Number b && a.longValue() > b.longValue()
        ? before
        : now;
  }
}
