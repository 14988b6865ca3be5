package io.herd.udfs.hub.cache;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that a killed process left unfinished.
 *
 * @param parts of it that had arrived
 */
record Leftover(Path file, List<Part> parts) {
  /** A range of bytes, with an exclusive end. */
  record Part(long from, long to) {}

  static Leftover of(Path file) {
    return new Leftover(file, new ArrayList<>());
  }

  /** Returns whether all of these bytes had arrived. */
  boolean has(long from, long to) {
    return parts.stream().anyMatch(part -> part.from() <= from && to <= part.to());
  }

  long bytes() {
    return parts.stream().mapToLong(part -> part.to() - part.from()).sum();
  }
}
