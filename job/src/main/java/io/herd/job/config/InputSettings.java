package io.herd.job.config;

import java.util.Map;
import java.util.Optional;

/** The input: exactly one of {@code path}, {@code table} and {@code sql} is set. */
public record InputSettings(Values values) {
  /** Format of the files at {@code path}; empty with a table or a query. */
  public String format() {
    return values.find(Keys.INPUT_FORMAT).orElse("");
  }

  /** Returns whether the files are OpenAI's batch files. */
  public boolean isBatch() {
    return format().equals(Settings.BATCH);
  }

  /** A path or a URI, which may be a glob. */
  public Optional<String> path() {
    return values.find(Keys.INPUT_PATH);
  }

  public Optional<String> table() {
    return values.find(Keys.INPUT_TABLE);
  }

  public Optional<String> sql() {
    return values.find(Keys.INPUT_SQL);
  }

  public Map<String, String> options() {
    return values.get(Keys.INPUT_OPTIONS);
  }

  public Optional<String> schema() {
    return values.find(Keys.INPUT_SCHEMA);
  }

  public Optional<String> idColumn() {
    return values.find(Keys.INPUT_ID_COLUMN);
  }
}
