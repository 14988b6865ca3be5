package io.herd.job.verb;

import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.job.progress.ModelLines;
import io.herd.job.resolve.ModelLocator;
import java.io.PrintStream;
import java.util.Optional;
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
    Optional<Settings> large = settings.large().filter(each -> each.model().id().isPresent());
    if (large.isEmpty() || settings.model().id().isPresent()) {
      fetch(settings, "the model");
    }
    large.ifPresent(each -> fetch(each, "the large model"));
    return ExitCode.DONE;
  }

  private void fetch(Settings each, String what) {
    ModelLocator locator = new ModelLocator(spark, each, new ModelLines(out));
    out.printf("%-9s %s is in %s%n", "fetch", what, locator.fetch());
  }
}
