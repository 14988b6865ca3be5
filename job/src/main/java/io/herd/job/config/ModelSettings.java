package io.herd.job.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The model: exactly one of {@code path} and {@code id} is set. */
public record ModelSettings(Values values) {
  public Optional<Path> path() {
    return values.find(Keys.MODEL_PATH).map(Path::of);
  }

  public Optional<String> id() {
    return values.find(Keys.MODEL_ID);
  }

  public String revision() {
    return values.get(Keys.MODEL_REVISION);
  }

  /** Returns the adapters in the order of merging. */
  public List<AdapterSource> adapters() {
    return values.find(Keys.MODEL_ADAPTER).orElse(List.of());
  }

  public Settings.Distribution distribution() {
    return values.get(Keys.MODEL_DISTRIBUTION);
  }

  /** Returns the folder for staged files; empty for a folder in the work-dir. */
  public Optional<String> staging() {
    return values.find(Keys.MODEL_STAGING);
  }

  public Settings.DtypeChoice dtype() {
    return values.get(Keys.MODEL_DTYPE);
  }

  public Settings.Device device() {
    return values.get(Keys.MODEL_DEVICE);
  }
}
