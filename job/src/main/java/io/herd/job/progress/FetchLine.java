package io.herd.job.progress;

import io.herd.udfs.hub.FetchProgress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** The live line of a download on the driver: amount, speed and remaining time. */
final class FetchLine implements FetchProgress {
  private final ConsoleLine line;
  private final AtomicLong arrived = new AtomicLong();
  private volatile long total;

  /**
   * @param total bytes of all files, as long as nobody says how many of them are expected
   */
  FetchLine(PrintStream out, long total) {
    this.line = new ConsoleLine(out);
    this.total = total;
  }

  @Override
  public void expected(long bytes) {
    total = bytes;
  }

  @Override
  public void arrived(long bytes) {
    long sum = arrived.addAndGet(bytes);
    line.print(sum >= total, () -> text(sum, line.seconds()));
  }

  private String text(long sum, double seconds) {
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
