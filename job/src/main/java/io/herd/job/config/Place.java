package io.herd.job.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * Where a value was written, in a form for messages.
 *
 * @param name the file as the caller named it, {@code override}, or an environment variable
 * @param line the line in the file, or 0 when there is none to name
 */
record Place(String name, int line) implements Comparable<Place> {
  static final String OVERRIDE = "override";

  private static final Comparator<Place> ORDER =
      Comparator.<Place, Boolean>comparing(place -> place.name().equals(OVERRIDE))
          .thenComparing(Place::name)
          .thenComparingInt(place -> place.line() == 0 ? Integer.MAX_VALUE : place.line());

  /** Marks the origin of overrides, see {@link #of}. */
  static ConfigOrigin overrideOrigin() {
    return ConfigOriginFactory.newSimple(OVERRIDE);
  }

  /** Names files below the caller's directory relative to it, as the caller would. */
  static Place of(ConfigOrigin origin, Path callerDirectory) {
    if (origin.filename() == null) {
      return new Place(origin.description(), Math.max(0, origin.lineNumber()));
    }
    Path file = Path.of(origin.filename());
    Path shown = file.startsWith(callerDirectory) ? callerDirectory.relativize(file) : file;
    return new Place(shown.toString(), Math.max(0, origin.lineNumber()));
  }

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return line == 0 ? name : name + ":" + line;
  }
}
