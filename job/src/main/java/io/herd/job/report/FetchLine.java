package io.herd.job.report;

import io.herd.udfs.hub.FetchProgress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** The live line of a download on the driver: how much, how fast, how long still. */
public final class FetchLine implements FetchProgress {
  private static final long TERMINAL_MILLIS = 500;
  private static final long PLAIN_MILLIS = 10_000;

  private final PrintStream out;
  private final boolean terminal = Boolean.getBoolean("herd.terminal"); // the launcher knows
  private final long total;
  private final long started = System.nanoTime();
  private final AtomicLong arrived = new AtomicLong();
  private final AtomicLong lastPrinted = new AtomicLong(started);

  /**
   * @param total bytes of all files; what the cache holds already doesn't arrive
   */
  public FetchLine(PrintStream out, long total) {
    this.out = out;
    this.total = total;
  }

  @Override
  public void arrived(long bytes) {
    long sum = arrived.addAndGet(bytes);
    long now = System.nanoTime();
    long before = lastPrinted.get();
    long wait = 1_000_000 * (terminal ? TERMINAL_MILLIS : PLAIN_MILLIS);
    boolean done = sum >= total;
    if ((done || now - before >= wait) && lastPrinted.compareAndSet(before, now)) {
      out.print((terminal ? "\r" : "") + line(sum, (now - started) / 1e9));
      out.print(terminal && !done ? "" : "\n");
    }
  }

  private String line(long sum, double seconds) {
    double rate = sum / Math.max(seconds, 1e-3);
    return String.format(
        Locale.ROOT,
        "%-9s %.2f of %.2f GB, %.0f MB/s, %.0f s left",
        "fetch",
        sum / 1e9,
        total / 1e9,
        rate / 1e6,
        (total - sum) / Math.max(rate, 1));
  }
}
