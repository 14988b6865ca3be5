package io.herd.job.report;

import java.io.PrintStream;
import java.util.function.DoubleFunction;

/** A line that is written over on a terminal, and now and then anew where none watches. */
final class ConsoleLine {
  private static final long TERMINAL_MILLIS = 500;
  private static final long PLAIN_MILLIS = 10_000;

  private final PrintStream out;
  private final boolean terminal = Boolean.getBoolean("herd.terminal"); // the launcher knows
  private final long started = System.nanoTime();
  private long printed = started;

  ConsoleLine(PrintStream out) {
    this.out = out;
  }

  /**
   * Prints, unless it has just been printed and isn't the last time.
   *
   * @param text is given the seconds since the line was made
   */
  synchronized void print(boolean last, DoubleFunction<String> text) {
    long now = System.nanoTime();
    if (!last && now - printed < 1_000_000 * (terminal ? TERMINAL_MILLIS : PLAIN_MILLIS)) {
      return;
    }
    printed = now;
    String line = text.apply((now - started) / 1e9);
    out.print(terminal ? "\r\u001b[K" + line + (last ? "\n" : "") : line + "\n");
    out.flush();
  }
}
