package io.herd.api;

import io.herd.job.cli.ErrorText;
import io.herd.job.library.WatchedRun;
import io.herd.job.page.ReportPage;
import io.herd.udfs.results.Result;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A call of {@link Herd#generate} with a work-dir that generates all rows immediately: while one
 * thread is in {@link #run}, another can read its {@link #progress} and {@link #stop} it. Python's
 * package and notebooks use this.
 */
public final class HerdRun {
  private final WatchedRun run;

  private HerdRun(WatchedRun run) {
    this.run = run;
  }

  /**
   * Creates a run that hasn't begun. Access to the model is proven, and templates and columns are
   * checked, before this returns.
   *
   * @param settings as for {@link Herd#generate}, with {@code run.work-dir}
   */
  public static HerdRun of(Dataset<Row> rows, HerdSettings settings) {
    return new HerdRun(new WatchedRun(rows, settings.read()));
  }

  /**
   * Returns the rows of {@link Herd#generate}; after the run has ended, they are read from its log.
   */
  public Dataset<Row> rows() {
    return run.rows();
  }

  /** Generates all rows that have no result in the work-dir. */
  public void run() {
    run.run();
  }

  /** Stops {@link #run} and waits until it has returned; results so far are in the work-dir. */
  public void stop() throws InterruptedException {
    run.stop();
  }

  /**
   * Returns the progress as JSON: {@code rows} to do, {@code done} and {@code failed} of them,
   * {@code reused}, {@code tokens_per_second}, {@code rows_per_second} and {@code left_seconds}, if
   * that is known. Empty while nothing is generated.
   */
  public String progress() {
    return run.progress().map(Result.JSON::toJson).orElse("");
  }

  /**
   * Returns the report as an HTML page once the run has ended, successfully or not; before that,
   * empty.
   */
  public String report() {
    return run.report().map(report -> ReportPage.of(report, List.of())).orElse("");
  }

  /**
   * Returns the figures of the report as in {@code run.json}, without null values; empty before the
   * run has ended.
   */
  public String figures() {
    return run.report().map(Result.JSON::toJson).orElse("");
  }

  /** Returns the message for an exception of Herd, or of Spark with Herd's exception as a cause. */
  public static String message(Throwable thrown) {
    return ErrorText.of(thrown);
  }
}
