package io.herd.job.report;

import io.herd.job.output.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The most frequent labels and field values with their shares, for the console. */
final class Distribution {
  private static final int MOST = 5;

  private Distribution() {}

  /**
   * Returns a line for the labels, and one for each field of {@code parsed} whose values are
   * counted.
   */
  static List<String> lines(Profile profile) {
    List<String> lines = new ArrayList<>();
    if (!profile.labels().isEmpty()) {
      lines.add(line(profile.labels(), profile.otherLabels()));
    }
    profile.parsed().stream()
        .filter(field -> field.values() != null && !field.values().isEmpty())
        .limit(MOST)
        .forEach(field -> lines.add(field.name() + ": " + line(field.values(), 0)));
    return lines;
  }

  private static String line(Map<String, Long> values, long others) {
    long sum = others + values.values().stream().mapToLong(rows -> rows).sum();
    String most =
        values.entrySet().stream()
            .limit(MOST)
            .map(
                each ->
                    String.format(
                        Locale.ROOT,
                        "%s %,d (%.1f %%)",
                        each.getKey(),
                        each.getValue(),
                        100.0 * each.getValue() / sum))
            .collect(Collectors.joining(", "));
    int more = values.size() - MOST;
    return most + (more > 0 ? String.format(Locale.ROOT, ", %,d more", more) : "");
  }
}
