package io.herd.api;

import io.herd.job.cli.ErrorText;
import io.herd.job.library.WatchedRun;
import io.herd.job.page.ReportPage;
import io.herd.udfs.results.Result;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A call of {@link Herd#generate} with a work-dir, whose rows are done at once: while one thread is
 * at {@link #run}, another can ask for its {@link #progress} and {@link #stop} it. Python's package
 * and notebooks use this.
 */
public final class HerdRun {
  private final WatchedRun run;

  private HerdRun(WatchedRun run) {
    this.run = run;
  }

  /**
   * A run that hasn't begun. Access to the model is proven, and templates and columns are checked,
   * before this returns.
   *
   * @param settings as for {@link Herd#generate}, with {@code run.work-dir}
   */
  public static HerdRun of(Dataset<Row> rows, HerdSettings settings) {
    return new HerdRun(new WatchedRun(rows, settings.read()));
  }

  /** What {@link Herd#generate} gives; once the run has ended, nothing is generated for it. */
  public Dataset<Row> rows() {
    return run.rows();
  }

  /** Does the rows that have no result in the work-dir. */
  public void run() {
    run.run();
  }

  /** Ends {@link #run}, and returns when it has: what is done by then is in the work-dir. */
  public void stop() throws InterruptedException {
    run.stop();
  }

  /**
   * Where it is, as JSON: {@code rows} to do, {@code done} and {@code failed} of them, {@code
   * reused}, {@code tokens_per_second}, {@code rows_per_second} and {@code left_seconds}, if that
   * is known. Empty while nothing is generated.
   */
  public String progress() {
    return run.progress().map(Result.JSON::toJson).orElse("");
  }

  /** The report as a page of HTML, once the run has ended in whatever way; else empty. */
  public String report() {
    return run.report().map(report -> ReportPage.of(report, List.of())).orElse("");
  }

  /**
   * The figures of the report, as {@code run.json} has them, without those that are null; else
   * empty.
   */
  public String figures() {
    return run.report().map(Result.JSON::toJson).orElse("");
  }

  /** What is to be said of an error of Herd's, or of Spark's with Herd's inside. */
  public static String message(Throwable thrown) {
    return ErrorText.of(thrown);
  }
}
