package io.herd.job.verb;

import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.job.progress.ModelLines;
import io.herd.job.resolve.ModelLocator;
import java.io.PrintStream;
import org.apache.spark.sql.SparkSession;

/** {@code herd fetch}: downloads the model before a run. */
public final class FetchVerb {
  private final SparkSession spark;
  private final Settings settings;
  private final PrintStream out;

  public FetchVerb(SparkSession spark, Settings settings, PrintStream out) {
    this.spark = spark;
    this.settings = settings;
    this.out = out;
  }

  public ExitCode run() {
    ModelLocator locator = new ModelLocator(spark, settings, new ModelLines(out));
    out.printf("%-9s the model is in %s%n", "fetch", locator.fetch());
    return ExitCode.DONE;
  }
}
