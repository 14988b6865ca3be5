package io.herd.job.output;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/**
 * Collects a {@link Profile} in bounded memory: only the first labels and reasons are counted
 * separately.
 */
final class ProfileSums implements Serializable {
  private static final int BINS = 10;
  private static final int MOST_LABELS = 200;
  private static final int MOST_REASONS = 50;
  private static final int MOST_EXAMPLES = 3;
  private static final int MOST_CHARACTERS = 300;
  private static final String OTHER_REASONS = "other reasons";

  private static final class Failed implements Serializable {
    private final TreeSet<String> examples = new TreeSet<>();
    private long rows;

    void add(long more, Iterable<String> ids) {
      rows += more;
      ids.forEach(examples::add);
      while (examples.size() > MOST_EXAMPLES) {
        examples.pollLast();
      }
    }
  }

  private final Histogram prompts = new Histogram();
  private final Histogram completions = new Histogram();
  private final TreeMap<String, Long> finish = new TreeMap<>();
  private final TreeMap<String, Long> labels = new TreeMap<>();
  private final TreeMap<String, Failed> failed = new TreeMap<>();
  private final long[] probabilities = new long[BINS];
  private final List<TreeMap<String, Long>> parsed = new ArrayList<>();
  private long otherLabels;

  /**
   * Adds a row.
   *
   * @param row whether it is ok, its tokens of prompt and completion, why its completions ended,
   *     its labels, its error and its id, the texts of {@link ParsedFields} and its label's
   *     probability
   */
  void add(Row row) {
    if (!row.getBoolean(0)) {
      String error = row.getString(5);
      if (error != null) { // else it is pending
        failed(reason(error)).add(1, row.isNullAt(6) ? List.of() : List.of(row.getString(6)));
      }
      return;
    }
    prompts.add(row.getInt(1));
    completions.add(row.getInt(2));
    if (!row.isNullAt(3)) {
      row.<String>getList(3).forEach(why -> finish.merge(why, 1L, Long::sum));
    }
    if (!row.isNullAt(4)) {
      row.<String>getList(4).forEach(label -> label(label, 1));
    }
    if (!row.isNullAt(8)) {
      probabilities[Math.min(BINS - 1, (int) (row.getDouble(8) * BINS))]++;
    }
    if (!row.isNullAt(7)) {
      List<String> told = row.getList(7);
      for (int i = 0; i < told.size(); i++) {
        Map<String, Long> counts = parsed(i);
        if (told.get(i) != null) {
          counts.merge(told.get(i), 1L, Long::sum);
        }
      }
    }
  }

  private Map<String, Long> parsed(int field) {
    while (parsed.size() <= field) {
      parsed.add(new TreeMap<>());
    }
    return parsed.get(field);
  }

  ProfileSums add(ProfileSums other) {
    prompts.add(other.prompts);
    completions.add(other.completions);
    other.finish.forEach((why, rows) -> finish.merge(why, rows, Long::sum));
    other.labels.forEach(this::label);
    otherLabels += other.otherLabels;
    Arrays.setAll(probabilities, i -> probabilities[i] + other.probabilities[i]);
    for (int i = 0; i < other.parsed.size(); i++) {
      Map<String, Long> counts = parsed(i);
      other.parsed.get(i).forEach((value, rows) -> counts.merge(value, rows, Long::sum));
    }
    other.failed.forEach((why, rows) -> failed(why).add(rows.rows, rows.examples));
    return this;
  }

  boolean isEmpty() {
    return failed.isEmpty() && prompts.lengths().rows().isEmpty();
  }

  private void label(String label, long rows) {
    if (label == null) { // it abstained
      return;
    }
    if (labels.containsKey(label) || labels.size() < MOST_LABELS) {
      labels.merge(label, rows, Long::sum);
    } else {
      otherLabels += rows;
    }
  }

  private Failed failed(String reason) {
    boolean apart = failed.containsKey(reason) || failed.size() < MOST_REASONS;
    return failed.computeIfAbsent(apart ? reason : OTHER_REASONS, any -> new Failed());
  }

  /** Removes numbers, so that rows that are too long by different amounts share a reason. */
  private static String reason(String error) {
    String alike = error.replaceAll("\\d+", "#");
    return alike.length() <= MOST_CHARACTERS ? alike : alike.substring(0, MOST_CHARACTERS) + "…";
  }

  Profile profile(ParsedFields fields) {
    return new Profile(
        prompts.lengths(),
        completions.lengths(),
        finish,
        ParsedFields.sorted(labels),
        otherLabels,
        probabilities(),
        fields.profile(parsed),
        failures());
  }

  private List<Long> probabilities() {
    return Arrays.stream(probabilities).allMatch(rows -> rows == 0)
        ? List.of()
        : Arrays.stream(probabilities).boxed().toList();
  }

  private List<Profile.Failures> failures() {
    return failed.entrySet().stream()
        .map(
            each ->
                new Profile.Failures(
                    each.getKey(),
                    each.getValue().rows,
                    each.getValue().examples.stream().toList()))
        .sorted(Comparator.comparingLong(Profile.Failures::rows).reversed())
        .toList();
  }
}
