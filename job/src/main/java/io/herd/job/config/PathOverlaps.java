package io.herd.job.config;

import java.util.Optional;

/** Finds places that lie in one another, where one part of a run would read or delete another's. */
final class PathOverlaps {
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
  }

  private void apart(Key<String> inner, Key<String> outer, String otherwise) {
    Optional<String> inside = place(inner);
    Optional<String> around = place(outer);
    if (inside.isEmpty() || around.isEmpty() || !contains(around.get(), inside.get())) {
      return;
    }
    boolean same = inside.equals(around);
    if (same && inner.equals(Keys.INPUT_PATH)) {
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

  /** As a plain path or URI without a slash at its end. */
  private Optional<String> place(Key<String> key) {
    return values
        .find(key)
        .map(path -> path.replaceFirst("^file:(//)?(?=/)", ""))
        .map(path -> path.replaceFirst("(?<=.)/+$", ""));
  }

  private static boolean contains(String outer, String inner) {
    return inner.equals(outer) || inner.startsWith(outer.endsWith("/") ? outer : outer + "/");
  }
}
