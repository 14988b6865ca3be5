package io.herd.job.report;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.time.Duration;
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
  private static final long TERMINAL_MILLIS = 500;
  private static final long PLAIN_MILLIS = 10_000;

  private record TaskCount(long rows, long tokens, long fetched) {}

  private final Map<Long, TaskCount> tasks = new ConcurrentHashMap<>();
  private final PrintStream out;
  private final boolean terminal;
  private final long rowsId;
  private final long tokensId;
  private final long fetchedId;
  private final long total;
  private final long started = System.nanoTime();
  private long lastPrinted = started;

  /**
   * @param rowsId accumulator of rows done
   * @param tokensId accumulator of tokens generated
   * @param fetchedId accumulator of the bytes of the model that have arrived
   * @param total rows to do
   */
  public LiveProgress(PrintStream out, long rowsId, long tokensId, long fetchedId, long total) {
    this.out = out;
    this.terminal = Boolean.getBoolean("herd.terminal"); // the launcher knows
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
    print(false);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    take(end.taskInfo().taskId(), scalaAccumulables(end));
    print(false);
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

  private synchronized void print(boolean last) {
    long now = System.nanoTime();
    long wait = terminal ? TERMINAL_MILLIS : PLAIN_MILLIS;
    if (!last && now - lastPrinted < wait * 1_000_000) {
      return;
    }
    lastPrinted = now;
    long rows = Math.min(total, tasks.values().stream().mapToLong(TaskCount::rows).sum());
    long tokens = tasks.values().stream().mapToLong(TaskCount::tokens).sum();
    long fetched = tasks.values().stream().mapToLong(TaskCount::fetched).sum();
    String line =
        rows == 0 && fetched > 0
            ? String.format(Locale.ROOT, "  the model is being fetched: %.2f GB", fetched / 1e9)
            : line(rows, tokens, Duration.ofNanos(now - started));
    if (terminal) {
      out.print("\r\u001b[K" + line + (last ? "\n" : ""));
      out.flush();
    } else {
      out.println(line);
    }
  }

  private String line(long rows, long tokens, Duration elapsed) {
    double seconds = Math.max(1e-3, elapsed.toMillis() / 1e3);
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "  %,d of %,d rows, ", rows, total));
    line.append(100 * rows / Math.max(1, total)).append(" %");
    line.append(String.format(Locale.ROOT, ", %.1f rows/s", rows / seconds));
    if (tokens > 0) {
      line.append(String.format(Locale.ROOT, ", %,.0f tokens/s", tokens / seconds));
    }
    if (rows > 0 && rows < total) {
      line.append(", left ").append(text((total - rows) * seconds / rows));
    }
    return line.toString();
  }

  private static String text(double seconds) {
    long whole = Math.round(seconds);
    return whole >= 3600
        ? String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60)
        : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }

  /** Prints the line a last time. */
  public void finish() {
    print(true);
  }
}
