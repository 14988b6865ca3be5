package io.herd.job.progress;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** A line that is overwritten on a terminal, and printed at intervals elsewhere. */
final class ConsoleLine {
  private static final long TERMINAL_MILLIS = 500;
  private static final long PLAIN_MILLIS = 10_000;

  /** Moves to the beginning of the line and erases it. As bytes: a console's texts are plain. */
  private static final byte[] ANEW = "\r\u001b[K".getBytes(StandardCharsets.US_ASCII);

  private final PrintStream out;
  private final boolean terminal = Boolean.getBoolean("herd.terminal"); // the launcher knows
  private final int columns = Integer.getInteger("herd.columns", Integer.MAX_VALUE);
  private final long started = System.nanoTime();
  private long printed = started;

  ConsoleLine(PrintStream out) {
    this.out = out;
  }

  /** Returns the seconds since the line was created. */
  double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** Prints immediately, as a sign of life. */
  synchronized void begin(String text) {
    clear();
    out.print(terminal ? cut(text) : text + "\n");
    out.flush();
  }

  /** Prints, unless it has just printed and this isn't the last time. */
  synchronized void print(boolean last, Supplier<String> text) {
    long now = System.nanoTime();
    if (!last && now - printed < 1_000_000 * (terminal ? TERMINAL_MILLIS : PLAIN_MILLIS)) {
      return;
    }
    printed = now;
    String line = text.get();
    clear();
    out.print(terminal ? cut(line) + (last ? "\n" : "") : line + "\n");
    out.flush();
  }

  /** Prints a permanent line above it. */
  synchronized void note(String text) {
    clear();
    out.print(text + "\n");
    out.flush();
  }

  private void clear() {
    if (terminal) {
      out.write(ANEW, 0, ANEW.length);
    }
  }

  /** Cuts the line to the terminal's width: a wrapped line can't be overwritten. */
  private String cut(String line) {
    return line.length() < columns ? line : line.substring(0, Math.max(0, columns - 2)) + "…";
  }
}
