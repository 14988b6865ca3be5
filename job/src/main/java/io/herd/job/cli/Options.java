package io.herd.job.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A verb's options beside its settings.
 *
 * @param rows to sample, or to write the prompts of
 * @param prompts the file that {@code plan} writes prompts into
 * @param olderThan what {@code clean} removes; null for other verbs
 * @param yes whether {@code clean} needn't ask
 */
public record Options(int rows, Optional<Path> prompts, Duration olderThan, boolean yes) {
  /** No options. */
  static final Options NONE = new Options(0, Optional.empty(), null, false);
}
