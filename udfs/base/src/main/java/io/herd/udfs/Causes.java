package io.herd.udfs;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Searches an exception and its causes: Spark and thread pools wrap the original exception. */
public final class Causes {
  private Causes() {}

  /** Returns the exception, its cause, the cause's cause and so on. */
  public static Stream<Throwable> of(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause);
  }

  /** Returns the first exception of a type. */
  public static <T> Optional<T> find(Throwable thrown, Class<T> kind) {
    return of(thrown).filter(kind::isInstance).map(kind::cast).findFirst();
  }
}
