package io.herd.job.report;

import io.herd.job.output.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds suspicious patterns in a run's answers. */
public final class Warnings {
  private static final double CUT = 0.1;
  private static final double ONE_LABEL = 0.95;
  private static final long LEAST_ROWS = 20; // of a handful, one label for all is no sign

  private Warnings() {}

  /** Returns sentences; empty when nothing is suspicious. */
  public static List<String> of(RunReport report) {
    Profile profile = report.profile();
    List<String> warnings = new ArrayList<>();
    long completions = sum(profile.finishReasons());
    long cut = cut(profile);
    if (cut > CUT * completions) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%.1f %% of the completions were cut off at generate.max-new-tokens: raise it, or ask"
                  + " for shorter answers",
              100.0 * cut / completions));
    }
    long labelled = sum(profile.labels()) + profile.otherLabels();
    nearlyAll(profile.labels(), labelled)
        .ifPresent(most -> warnings.add(oneLabel(most.getKey(), most.getValue(), labelled)));
    profile.parsed().forEach(field -> parsed(field, completions).ifPresent(warnings::add));
    return warnings;
  }

  private static Optional<String> parsed(Profile.Field field, long rows) {
    if (field.values() == null) {
      return rows > 0 && field.atMaxLength() > CUT * rows
          ? Optional.of(full(field, rows))
          : Optional.empty();
    }
    long all = sum(field.values());
    return nearlyAll(field.values(), all)
        .map(
            most ->
                String.format(
                    Locale.ROOT,
                    "%.1f %% of the rows have \"%s\" in parsed.%s: look at the prompt and at a few"
                        + " rows",
                    100.0 * most.getValue() / all,
                    most.getKey(),
                    field.name()));
  }

  private static String full(Profile.Field field, long rows) {
    return String.format(
        Locale.ROOT,
        "%.1f %% of the strings in parsed.%s are %d characters long, as long as maxLength allows,"
            + " and may be cut: raise it, or ask for shorter ones",
        100.0 * field.atMaxLength() / rows,
        field.name(),
        field.maxLength());
  }

  /** Returns the text that nearly all rows have, if there is one. */
  private static Optional<Map.Entry<String, Long>> nearlyAll(Map<String, Long> rows, long all) {
    return rows.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .filter(most -> all >= LEAST_ROWS && most.getValue() >= ONE_LABEL * all);
  }

  /** Returns the number of completions that were cut off. */
  static long cut(Profile profile) {
    return profile.finishReasons().getOrDefault("length", 0L);
  }

  private static String oneLabel(String label, long rows, long of) {
    return String.format(
        Locale.ROOT,
        "%.1f %% of the rows have the label \"%s\": look at the prompt, at the labels' form and at"
            + " a few rows",
        100.0 * rows / of,
        label);
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(count -> count).sum();
  }
}
