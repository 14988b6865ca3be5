package io.herd.job.config;

import io.herd.udfs.UserException;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Collects all problems, so that one message reports them. */
final class Problems {
  private record Problem(Place place, String text) {}

  private final Set<Problem> found = new LinkedHashSet<>();
  private final String file;

  Problems(String file) {
    this.file = file;
  }

  /** Returns the whole file as a place, for missing values. */
  Place wholeFile() {
    return new Place(file, 0);
  }

  void add(Place place, String text) {
    found.add(new Problem(place, text));
  }

  boolean hasAt(Place place) {
    return found.stream().anyMatch(problem -> problem.place().equals(place));
  }

  /** Throws one exception that lists every problem in the order of the file, or returns. */
  void throwIfAny() {
    if (found.isEmpty()) {
      return;
    }
    List<Problem> sorted = found.stream().sorted(Comparator.comparing(Problem::place)).toList();
    StringBuilder message = new StringBuilder();
    message.append(count()).append(" in the configuration ").append(file).append(':');
    for (int i = 0; i < sorted.size(); i++) {
      Problem problem = sorted.get(i);
      message.append(
          String.format(Locale.ROOT, "\n  %d. %s  %s", i + 1, problem.place(), problem.text()));
    }
    throw new UserException(
        SecretText.maskHubTokens(message.toString()),
        "correct "
            + (found.size() == 1 ? "it" : "them")
            + " and start again;"
            + " conf/reference.conf explains every key.");
  }

  private String count() {
    return found.size() == 1 ? "1 problem" : found.size() + " problems";
  }
}
