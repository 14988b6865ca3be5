package io.herd.udfs;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks through an exception and its causes: Spark and thread pools wrap what was thrown. */
public final class Causes {
  private Causes() {}

  /** The exception, its cause, that one's cause and so on. */
  public static Stream<Throwable> of(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause);
  }

  /** The first exception of a kind. */
  public static <T> Optional<T> find(Throwable thrown, Class<T> kind) {
    return of(thrown).filter(kind::isInstance).map(kind::cast).findFirst();
  }
}
