package io.herd.job.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The output: exactly one of {@code path} and {@code table} is set. */
public record OutputSettings(Values values) {
  /** Returns Spark's name of the format. */
  public String format() {
    return isBatch() ? "json" : values.get(Keys.OUTPUT_FORMAT);
  }

  /** Whether lines are written as OpenAI's API answers a batch file. */
  public boolean isBatch() {
    return values.get(Keys.OUTPUT_FORMAT).equals(Settings.BATCH);
  }

  public Optional<String> path() {
    return values.find(Keys.OUTPUT_PATH);
  }

  public Optional<String> table() {
    return values.find(Keys.OUTPUT_TABLE);
  }

  public Settings.Mode mode() {
    return values.get(Keys.OUTPUT_MODE);
  }

  public Map<String, String> options() {
    return isBatch() ? Map.of("ignoreNullFields", "false") : values.get(Keys.OUTPUT_OPTIONS);
  }

  public List<String> partitionBy() {
    return values.get(Keys.PARTITION_BY);
  }

  /** Returns the order of rows; empty for none in particular. */
  public Optional<Settings.Order> order() {
    return values.find(Keys.OUTPUT_ORDER);
  }

  /** Returns the maximum number of files; empty for one per task. */
  public OptionalInt files() {
    return values.find(Keys.OUTPUT_FILES).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /** The path or the table. */
  public String target() {
    return path().orElseGet(() -> table().orElseThrow());
  }

  /**
   * Returns everything that identifies what is written and where, as texts for a digest. Keys of
   * later versions are left out unless they are set: work-dirs hold digests of earlier ones.
   */
  public List<String> identity() {
    List<String> identity =
        new ArrayList<>(
            List.of(
                target(),
                format().toLowerCase(Locale.ROOT),
                mode().name(),
                SecretText.withoutSecrets(options()).toString(),
                partitionBy().toString()));
    if (isBatch()) {
      identity.add(Settings.BATCH);
    }
    order().ifPresent(order -> identity.add("order " + order.name()));
    files().ifPresent(files -> identity.add("files " + files));
    return identity;
  }
}
