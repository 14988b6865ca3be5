package io.herd.job.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names of Herd's columns in an output.
 *
 * @param names by Herd's own word for each column that is written, in the output's order
 * @param given columns that got the prefix {@link #GIVEN} because the gold column has their name
 */
public record OwnColumns(Map<String, String> names, List<String> given) {
  /** Columns of every output, after the answers. */
  static final List<String> ALWAYS =
      List.of("status", "finish_reason", "prompt_tokens", "completion_tokens", "error");

  /** The prefix that avoids the gold column's name; also proposed when input columns clash. */
  public static final String GIVEN = "herd_";

  public OwnColumns {
    names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    given = List.copyOf(given);
  }

  /** Returns the columns of a run with these answers. */
  static OwnColumns of(List<String> answers, Values values) {
    List<String> selected = values.get(Keys.COLUMNS_SELECT);
    Map<String, String> renamed = values.get(Keys.COLUMNS_RENAME).of();
    String prefix = values.find(Keys.COLUMNS_PREFIX).orElse("");
    Map<String, String> names = new LinkedHashMap<>();
    for (String own : all(answers)) {
      if (selected.isEmpty() || selected.contains(own)) {
        names.put(own, renamed.getOrDefault(own, prefix + own));
      }
    }
    List<String> given = new ArrayList<>();
    values.find(Keys.GOLD_COLUMN).ifPresent(gold -> giveWay(names, renamed.keySet(), gold, given));
    return new OwnColumns(names, given);
  }

  /** Returns all columns that a run adds, by Herd's original names. */
  static List<String> all(List<String> answers) {
    List<String> all = new ArrayList<>(answers);
    all.addAll(ALWAYS);
    return all;
  }

  /**
   * Renames columns by the settings alone, never by the input: a run that resumes or appends must
   * use the first run's names.
   */
  private static void giveWay(
      Map<String, String> names, Set<String> chosen, String gold, List<String> given) {
    for (Map.Entry<String, String> name : names.entrySet()) {
      if (name.getValue().equalsIgnoreCase(gold) && !chosen.contains(name.getKey())) {
        name.setValue(GIVEN + name.getValue());
        given.add(name.getKey());
      }
    }
  }

  /** Returns the column's name in the output; empty if it isn't written. */
  public Optional<String> written(String own) {
    return Optional.ofNullable(names.get(own));
  }

  /** Returns all names in the output. */
  public Collection<String> written() {
    return names.values();
  }

  /** Returns whether an output has a column of this name; Spark ignores case. */
  public boolean holds(String column) {
    return names.values().stream().anyMatch(column::equalsIgnoreCase);
  }

  /** Returns whether all columns are written under Herd's original names. */
  public boolean arePlain(List<String> answers) {
    return List.copyOf(names.values()).equals(all(answers));
  }

  /** Returns a note for the console about columns that were renamed because of the gold column. */
  public Optional<String> note() {
    return given.isEmpty()
        ? Optional.empty()
        : Optional.of(
            given.stream()
                .map(own -> String.format(Locale.ROOT, "%s for Herd's own %s", names.get(own), own))
                .collect(Collectors.joining(", ", "", ", as herd.gold-column has that name")));
  }
}
