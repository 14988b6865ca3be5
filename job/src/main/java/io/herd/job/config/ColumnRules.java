package io.herd.job.config;

import static io.herd.job.config.ValueType.quote;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Checks {@code herd.output.columns}: unknown columns, blank names, clashing names. */
final class ColumnRules {
  private final Values values;
  private final Problems problems;
  private final List<String> added;

  ColumnRules(Values values, Problems problems, List<String> answers) {
    this.values = values;
    this.problems = problems;
    this.added = OwnColumns.all(answers);
  }

  void find(OwnColumns columns) {
    values.get(Keys.COLUMNS_SELECT).forEach(own -> known(Keys.COLUMNS_SELECT, own, "holds"));
    Map<String, String> renamed = values.get(Keys.COLUMNS_RENAME).of();
    renamed.forEach((own, name) -> renamed(own, name, columns));
    Set<String> seen = new HashSet<>();
    for (String name : columns.written()) {
      if (!seen.add(name.toLowerCase(Locale.ROOT))) { // to Spark, Label and label are the same
        add(Keys.COLUMNS_RENAME, "two columns would be named " + quote(name));
      }
    }
    if (values.get(Keys.PUBLISH_PARTIAL) && columns.written("status").isEmpty()) {
      add(
          Keys.COLUMNS_SELECT,
          "omits status, which marks the pending rows of herd.run.publish-partial. Add it");
    }
  }

  private void renamed(String own, String name, OwnColumns columns) {
    known(Keys.COLUMNS_RENAME, own, "names");
    if (name.isBlank()) {
      add(Keys.COLUMNS_RENAME, "gives " + own + " a blank name");
    }
    if (added.contains(own) && columns.written(own).isEmpty()) {
      add(Keys.COLUMNS_RENAME, "names " + own + ", which herd.output.columns.select omits");
    }
  }

  private void known(Key<?> key, String own, String verb) {
    if (!added.contains(own)) {
      add(
          key,
          String.format(
              Locale.ROOT,
              "%s %s, and the columns that this configuration adds are %s",
              verb,
              quote(own),
              String.join(", ", added)));
    }
  }

  private void add(Key<?> key, String problem) {
    problems.add(values.place(key), key.path() + ": " + problem);
  }
}
