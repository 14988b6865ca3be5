package io.herd.job.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds configured places that contain one another, so that one part of a run would read or delete
 * another's. It compares texts only; overlaps through links, patterns and file systems are found
 * when a run begins.
 */
final class PathOverlaps {
  private static final Pattern PATTERN = Pattern.compile("[\\[\\]{}*?\\\\]");
  private static final Set<String> SAID =
      Set.of(
          Keys.INPUT_PATH.path() + Keys.OUTPUT_PATH.path(),
          Keys.OUTPUT_PATH.path() + Keys.WORK_DIR.path());

  private final Values values;
  private final Problems problems;

  PathOverlaps(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  void find() {
    apart(Keys.OUTPUT_PATH, Keys.INPUT_PATH, "the next run would read its own output");
    apart(Keys.INPUT_PATH, Keys.OUTPUT_PATH, "writing the output could delete the input");
    apart(Keys.WORK_DIR, Keys.INPUT_PATH, "the next run would read its own work");
    apart(Keys.WORK_DIR, Keys.OUTPUT_PATH, "writing the output could delete the results");
    apart(Keys.OUTPUT_PATH, Keys.WORK_DIR, "each would delete files of the other");
    plain(Keys.OUTPUT_PATH);
    plain(Keys.WORK_DIR);
  }

  /**
   * Refuses pattern characters: Spark would read such a name as a pattern when it reads the output.
   */
  private void plain(Key<String> key) {
    Optional<String> found = values.find(key);
    if (found.filter(path -> PATTERN.matcher(path).find()).isPresent()) {
      problems.add(
          values.place(key),
          "%s: %s has one of [ ] { } * ? \\ in it, which Spark reads as a pattern. Choose another"
                  .formatted(key.path(), found.get())
              + " directory");
    }
  }

  private void apart(Key<String> inner, Key<String> outer, String otherwise) {
    Optional<String> inside = place(inner);
    Optional<String> around = place(outer);
    if (inside.isEmpty() || around.isEmpty() || !contains(around.get(), inside.get())) {
      return;
    }
    boolean same = inside.equals(around);
    if (same && SAID.contains(inner.path() + outer.path())) {
      return; // said once, the other way round
    }
    problems.add(
        values.place(inner),
        "%s: is %s %s (%s), so %s. Choose another directory"
            .formatted(
                inner.path(),
                same ? "the same as" : "inside",
                outer.path(),
                around.get(),
                otherwise));
  }

  /** Normalizes to a plain path or URI without a trailing slash. */
  private Optional<String> place(Key<String> key) {
    return values
        .find(key)
        .map(path -> path.replaceFirst("^file:(//(localhost)?)?(?=/)", ""))
        .map(path -> path.startsWith("/") ? Path.of(path).normalize().toString() : path)
        .map(path -> path.replaceFirst("(?<=.)/+$", ""));
  }

  private static boolean contains(String outer, String inner) {
    return inner.equals(outer) || inner.startsWith(outer.endsWith("/") ? outer : outer + "/");
  }
}
