package io.herd.job.output;

import io.herd.job.config.Settings;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.Path;

/**
 * Finds outputs and inputs that overlap where the configuration alone doesn't show it: through
 * links, two names of one file system, patterns, and the files of a table.
 */
final class Overlaps {
  private static final String INPUT = "herd.input.path";
  private static final String OUTPUT = "herd.output.path";
  private static final String WORK = "herd.run.work-dir";

  private final Settings settings;
  private final Optional<Place> output;
  private final Optional<Place> work;
  private final Configuration hadoop;

  Overlaps(Settings settings, Configuration hadoop) {
    this.settings = settings;
    this.hadoop = hadoop;
    this.output = settings.output().path().flatMap(this::place);
    this.work = place(settings.run().workDir());
  }

  private Optional<Place> place(String path) {
    return Place.of(new Path(path), hadoop);
  }

  /**
   * Checks the configured paths.
   *
   * @throws UserException naming two that aren't apart
   */
  void check() {
    output.ifPresent(to -> work.ifPresent(in -> check(to, in)));
    for (String pattern : patterns()) {
      place(pattern).ifPresent(this::check);
    }
  }

  private static void check(Place output, Place work) {
    if (output.isIn(work)) {
      throw overlap(OUTPUT, output, WORK, work, "each would delete files of the other");
    }
    if (work.isIn(output)) {
      throw overlap(WORK, work, OUTPUT, output, "writing the output could delete the results");
    }
  }

  private void check(Place input) {
    if (output.isPresent() && output.get().isIn(input)) {
      throw overlap(OUTPUT, output.get(), INPUT, input, "the next run would read its own output");
    }
    if (work.isPresent() && work.get().isIn(input)) {
      throw overlap(WORK, work.get(), INPUT, input, "the next run would read its own work");
    }
    if (output.isPresent() && mayHold(output.get(), input)) {
      throw overlap(
          INPUT, input, OUTPUT, output.get(), "writing the output could delete the input");
    }
  }

  /** Checks a pattern below the output, only if it matches existing files. */
  private boolean mayHold(Place output, Place input) {
    if (output.depth() >= input.depth() || !output.agrees(input)) {
      return false;
    }
    try {
      return input.names().subList(0, output.depth()).equals(output.names())
          || Arrays.stream(input.path().getFileSystem(hadoop).globStatus(input.path()))
              .flatMap(match -> Place.of(match.getPath(), hadoop).stream())
              .anyMatch(match -> match.isIn(output));
    } catch (IOException e) {
      return false; // Spark says what is wrong with it
    }
  }

  private static UserException overlap(
      String inner, Place inside, String outer, Place around, String otherwise) {
    String how = around.isPattern() ? "matches" : "is the same as";
    return new UserException(
        "%s (%s) %s %s (%s), so %s"
            .formatted(
                inner,
                inside.path(),
                inside.depth() == around.depth() ? how : "is inside",
                outer,
                around.path(),
                otherwise),
        "choose another directory.");
  }

  private List<String> patterns() {
    try {
      return settings.input().path().isPresent()
          ? GlobExpander.expand(settings.input().path().get())
          : List.of();
    } catch (IOException e) {
      return List.of(); // Spark says what is wrong with it
    }
  }

  /**
   * Checks the files of the input. What a query names it names on purpose.
   *
   * @param files as Spark lists them
   * @throws UserException when the output or the work-dir has them
   */
  void check(String[] files) {
    if (settings.input().sql().isPresent()) {
      return;
    }
    Arrays.stream(files)
        .map(file -> new Path(URI.create(file)).getParent())
        .distinct()
        .flatMap(folder -> Place.of(folder, hadoop).stream())
        .forEach(this::checkFolder);
  }

  private void checkFolder(Place read) {
    if (output.filter(read::isIn).isPresent()) {
      throw readsItsOwn(read, OUTPUT, "output");
    }
    if (work.filter(read::isIn).isPresent()) {
      throw readsItsOwn(read, WORK, "work");
    }
  }

  private static UserException readsItsOwn(Place read, String key, String what) {
    return new UserException(
        "the input has files in "
            + read.path()
            + ", which belongs to "
            + key
            + ", so the run"
            + " would read its own "
            + what,
        "choose another directory for " + key + ", or an input without those files.");
  }
}
