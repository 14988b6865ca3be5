package io.herd.job.config;

import io.herd.udfs.hub.RepoRef;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An adapter that a configuration names.
 *
 * @param from {@code hf://owner/name[@revision]}, or the path of a folder on every node
 * @param weight that its update is multiplied by
 */
public record AdapterSource(String from, double weight) {
  static final String HUB = "hf://";

  /** Returns the repository; empty for a folder. */
  public Optional<RepoRef> repository() {
    return RepoRef.of(from);
  }

  public Path folder() {
    return Path.of(from);
  }

  boolean plain() {
    return weight == 1;
  }
}
