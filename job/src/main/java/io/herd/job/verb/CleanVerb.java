package io.herd.job.verb;

import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.job.workdir.OldFiles;
import io.herd.job.workdir.WorkDir;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** {@code herd clean}: removes old files from a work-dir, after listing them. */
public final class CleanVerb {
  private final SparkSession spark;
  private final Settings settings;
  private final PrintStream out;
  private final Terminal terminal;

  public CleanVerb(SparkSession spark, Settings settings, PrintStream out, Terminal terminal) {
    this.spark = spark;
    this.settings = settings;
    this.out = out;
    this.terminal = terminal;
  }

  /** The user at the terminal. */
  @FunctionalInterface
  public interface Terminal {
    /** Asks a question; empty when nobody can answer. */
    Optional<Boolean> agrees(String question);
  }

  public ExitCode run(Duration age, boolean yes) {
    WorkDir workDir = WorkDir.of(spark, settings);
    Instant now = Instant.now();
    OldFiles old = workDir.olderThan(now.minus(age));
    old.unfinished()
        .ifPresent(
            snapshot ->
                out.printf(
                    "The run on the snapshot %s isn't finished: the snapshot and all results are"
                        + " kept.%n",
                    snapshot));
    if (old.groups().isEmpty()) {
      String what = old.unfinished().isPresent() ? "Nothing else" : "Nothing";
      out.printf("%s in %s is that old.%n", what, workDir);
      return ExitCode.DONE;
    }
    show(old, workDir, now);
    if (yes || agrees()) {
      workDir.remove(old);
      out.println("Removed.");
    }
    return ExitCode.DONE;
  }

  private void show(OldFiles old, WorkDir workDir, Instant now) {
    out.printf("%s%n", workDir);
    for (OldFiles.Group group : old.groups()) {
      out.printf(
          Locale.ROOT,
          "  %-14s %,7d files %,10.1f MB  %s old%n",
          group.name(),
          group.files(),
          group.bytes() / 1e6,
          ages(Duration.between(group.newest(), now), Duration.between(group.oldest(), now)));
    }
    List<String> names = old.groups().stream().map(OldFiles.Group::name).toList();
    if (names.contains("results")) {
      out.println("Rows whose results are removed are generated again when a run needs them.");
    }
  }

  private static String ages(Duration from, Duration to) {
    boolean days = from.toDays() > 0;
    long least = days ? from.toDays() : from.toHours();
    long most = days ? to.toDays() : to.toHours();
    return (least == most ? most : least + " to " + most) + (days ? " days" : " hours");
  }

  private boolean agrees() {
    Optional<Boolean> answer = terminal.agrees("Remove this?");
    if (answer.isEmpty()) {
      out.println(
          "Nothing was removed: there is no terminal for the question. Add --yes to remove without"
              + " it.");
    } else if (!answer.get()) {
      out.println("Nothing was removed.");
    }
    return answer.orElse(false);
  }
}
