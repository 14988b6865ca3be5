package io.herd.job.report;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.Option;
import scala.Tuple4;
import scala.collection.Iterable;
import scala.collection.Iterator;

/**
 * The live line of the generate step. Running tasks report their accumulators with the executors'
 * heartbeats; they are summed here by task.
 */
public final class LiveProgress extends SparkListener {
  private record TaskCount(long rows, long tokens, long fetched) {}

  private final Map<Long, TaskCount> tasks = new ConcurrentHashMap<>();
  private final ConsoleLine line;
  private final long rowsId;
  private final long tokensId;
  private final long fetchedId;
  private final long total;

  /**
   * @param rowsId accumulator of rows done
   * @param tokensId accumulator of tokens generated
   * @param fetchedId accumulator of the bytes of the model that have arrived
   * @param total rows to do
   */
  public LiveProgress(PrintStream out, long rowsId, long tokensId, long fetchedId, long total) {
    this.line = new ConsoleLine(out);
    this.rowsId = rowsId;
    this.tokensId = tokensId;
    this.fetchedId = fetchedId;
    this.total = total;
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    Iterator<?> each = updates(update).iterator();
    while (each.hasNext()) {
      Tuple4<?, ?, ?, ?> task = (Tuple4<?, ?, ?, ?>) each.next();
      take((Long) task._1(), (Iterable<?>) task._4());
    }
    line.print(false, this::text);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    take(end.taskInfo().taskId(), scalaAccumulables(end));
    line.print(false, this::text);
  }

  /** By reflection, because the return type is another class in Scala 2.12 and in 2.13. */
  private static Iterable<?> updates(SparkListenerExecutorMetricsUpdate update) {
    return call(update, "accumUpdates");
  }

  private static Iterable<?> scalaAccumulables(SparkListenerTaskEnd end) {
    return call(end.taskInfo(), "accumulables");
  }

  private static Iterable<?> call(Object on, String name) {
    try {
      Method method = on.getClass().getMethod(name);
      return (Iterable<?>) method.invoke(on);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Spark's events have no " + name, e);
    }
  }

  private void take(long task, Iterable<?> values) {
    TaskCount before = tasks.getOrDefault(task, new TaskCount(0, 0, 0));
    long rows = before.rows();
    long tokens = before.tokens();
    long fetched = before.fetched();
    Iterator<?> each = values.iterator();
    while (each.hasNext()) {
      AccumulableInfo info = (AccumulableInfo) each.next();
      rows = info.id() == rowsId ? Math.max(rows, number(info.update())) : rows;
      tokens = info.id() == tokensId ? Math.max(tokens, number(info.update())) : tokens;
      fetched = info.id() == fetchedId ? Math.max(fetched, number(info.update())) : fetched;
    }
    tasks.put(task, new TaskCount(rows, tokens, fetched));
  }

  private static long number(Option<Object> value) {
    return value.isDefined() && value.get() instanceof Number found ? found.longValue() : 0;
  }

  private String text(double seconds) {
    long rows = Math.min(total, tasks.values().stream().mapToLong(TaskCount::rows).sum());
    long tokens = tasks.values().stream().mapToLong(TaskCount::tokens).sum();
    long fetched = tasks.values().stream().mapToLong(TaskCount::fetched).sum();
    return rows == 0 && fetched > 0
        ? String.format(Locale.ROOT, "  the model is being fetched: %.2f GB", fetched / 1e9)
        : text(rows, tokens, Math.max(1e-3, seconds));
  }

  private String text(long rows, long tokens, double seconds) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "  %,d of %,d rows, ", rows, total));
    text.append(100 * rows / Math.max(1, total)).append(" %");
    text.append(String.format(Locale.ROOT, ", %.1f rows/s", rows / seconds));
    if (tokens > 0) {
      text.append(String.format(Locale.ROOT, ", %,.0f tokens/s", tokens / seconds));
    }
    if (rows > 0 && rows < total) {
      text.append(", left ").append(duration((total - rows) * seconds / rows));
    }
    return text.toString();
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole >= 3600
        ? String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60)
        : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }

  /** Prints the line a last time. */
  public void finish() {
    line.print(true, this::text);
  }
}
