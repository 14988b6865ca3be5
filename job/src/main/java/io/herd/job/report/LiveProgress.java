package io.herd.job.report;

import java.io.PrintStream;
import java.util.Locale;

/** The live line of the generate step. */
public final class LiveProgress extends TaskSums {
  private final ConsoleLine line;
  private final long rowsId;
  private final long tokensId;
  private final long fetchedId;
  private final long total;
  private volatile long rowsBefore;
  private volatile long tokensBefore;

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

  /**
   * Goes on with another submission of the stage.
   *
   * @param done rows that need not be done again
   */
  public void again(long done) {
    long tokens = tokensBefore + sum(tokensId);
    tokensBefore = tokens;
    rowsBefore = done;
    clear();
  }

  @Override
  protected void changed() {
    line.print(false, this::text);
  }

  private String text(double seconds) {
    long rows = Math.min(total, rowsBefore + sum(rowsId));
    long tokens = tokensBefore + sum(tokensId);
    long fetched = sum(fetchedId);
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
