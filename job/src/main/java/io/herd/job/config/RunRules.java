package io.herd.job.config;

import io.herd.job.config.Settings.Mode;
import java.util.Locale;
import java.util.stream.Stream;

/** Checks {@code herd.run}: limits and the keys that depend on them. */
final class RunRules {
  private static final int MOST_REPORTED = 100;

  private final Values values;
  private final Problems problems;

  RunRules(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  void find() {
    report();
    budget();
    partial();
  }

  private void report() {
    if (values.get(Keys.REPORT_ROWS) > MOST_REPORTED) {
      add(
          Keys.REPORT_ROWS,
          String.format(
              Locale.ROOT,
              "%d are too many for a page. Set it to %d or less",
              values.get(Keys.REPORT_ROWS),
              MOST_REPORTED));
    }
  }

  private void budget() {
    if (values.isSet(Keys.MAX_COST) && !anySet(Keys.COST, Keys.COST_PROMPT, Keys.COST_GENERATED)) {
      add(
          Keys.MAX_COST,
          "needs a price: herd.run.cost-per-executor-hour, cost-per-million-prompt-tokens or"
              + " cost-per-million-generated-tokens. Example: cost-per-executor-hour = 0.53");
    }
    if (values.isSet(Keys.OVER_BUDGET) && !anySet(Keys.MAX_TOKENS, Keys.MAX_COST)) {
      add(
          Keys.OVER_BUDGET,
          "does nothing without herd.run.max-tokens or herd.run.max-cost. Example: max-tokens ="
              + " 1000000");
    }
  }

  private void partial() {
    if (!values.get(Keys.PUBLISH_PARTIAL)) {
      return;
    }
    if (!anySet(Keys.MAX_DURATION, Keys.MAX_TOKENS, Keys.MAX_COST)) {
      add(
          Keys.PUBLISH_PARTIAL,
          "does nothing without herd.run.max-duration, max-tokens or max-cost. Example:"
              + " max-duration = 6h");
    }
    if (values.get(Keys.OUTPUT_MODE) == Mode.APPEND) {
      add(
          Keys.PUBLISH_PARTIAL,
          "appended rows can't be replaced later, and herd.output.mode is"
              + " append. Set mode = overwrite, or remove one");
    }
  }

  private boolean anySet(Key<?>... keys) {
    return Stream.of(keys).anyMatch(values::isSet);
  }

  private void add(Key<?> key, String problem) {
    problems.add(values.place(key), key.path() + ": " + problem);
  }
}
