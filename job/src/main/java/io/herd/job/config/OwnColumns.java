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
 * The names that Herd's own columns have in an output.
 *
 * @param names by Herd's own word for each column that is written, in the output's order
 * @param given columns that got the prefix {@link #GIVEN} because the gold column has their name
 */
public record OwnColumns(Map<String, String> names, List<String> given) {
  /** Columns of every output, behind the answers. */
  static final List<String> ALWAYS =
      List.of("status", "finish_reason", "prompt_tokens", "completion_tokens", "error");

  /** Prefix where the gold column has the name; also proposed where input columns clash. */
  public static final String GIVEN = "herd_";

  public OwnColumns {
    names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    given = List.copyOf(given);
  }

  /** Of a run that gives these answers. */
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

  /** All columns that a run adds, by Herd's own words. */
  static List<String> all(List<String> answers) {
    List<String> all = new ArrayList<>(answers);
    all.addAll(ALWAYS);
    return all;
  }

  /**
   * Depends on the settings alone, never on the input: a run that resumes or appends must use the
   * names of the first run.
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

  /** Its name in the output; empty where it isn't written. */
  public Optional<String> written(String own) {
    return Optional.ofNullable(names.get(own));
  }

  /** All names in the output. */
  public Collection<String> written() {
    return names.values();
  }

  /** Whether an output has a column of this name, which to Spark is one in any case. */
  public boolean holds(String column) {
    return names.values().stream().anyMatch(column::equalsIgnoreCase);
  }

  /** Whether all columns are written, each under Herd's own word. */
  public boolean arePlain(List<String> answers) {
    return List.copyOf(names.values()).equals(all(answers));
  }

  /** A note for the console on columns that give way to the gold column. */
  public Optional<String> note() {
    return given.isEmpty()
        ? Optional.empty()
        : Optional.of(
            given.stream()
                .map(own -> String.format(Locale.ROOT, "%s for Herd's own %s", names.get(own), own))
                .collect(Collectors.joining(", ", "", ", as herd.gold-column has that name")));
  }
}
