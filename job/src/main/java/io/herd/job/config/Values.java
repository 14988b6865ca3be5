package io.herd.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What each key is set to: by the user, else by {@code reference.conf}. */
final class Values {
  // beside this class: Typesafe's own name at the root of the class path would mix with others'
  private static final String DEFAULTS = "io/herd/job/config/reference.conf";

  private final Config user;
  private final Config defaults = defaults();
  private final Path callerDirectory;
  private final Problems problems;
  private final Map<Key<?>, Object> read = new HashMap<>();

  /** Reads every key at once, so that all bad values are reported. */
  Values(Config user, Path callerDirectory, Problems problems) {
    this.user = user;
    this.callerDirectory = callerDirectory;
    this.problems = problems;
    Keys.ALL.forEach(this::read);
  }

  static Config defaults() {
    return ConfigFactory.parseResources(
        Values.class.getClassLoader(),
        DEFAULTS,
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  /** The key's value, or null when it is not set and has no default. */
  @SuppressWarnings("unchecked") // a key's value is put there by the key's own type
  <T> T get(Key<T> key) {
    return (T) read.get(key);
  }

  <T> Optional<T> find(Key<T> key) {
    return Optional.ofNullable(get(key));
  }

  /** True when the user set the key, whether or not the value could be read. */
  boolean isSet(Key<?> key) {
    return user.hasPath(key.path());
  }

  /** Where the user set the key, else where its group starts, else the file. */
  Place place(Key<?> key) {
    if (isSet(key)) {
      return placeOf(key.path());
    }
    return key.groups().stream()
        .filter(user::hasPath)
        .map(this::placeOf)
        .filter(place -> place.line() > 0) // a group that is written in several places has none
        .reduce((outer, inner) -> inner)
        .orElseGet(problems::wholeFile);
  }

  private Place placeOf(String path) {
    return Place.of(user.getValue(path).origin(), callerDirectory);
  }

  private void read(Key<?> key) {
    if (isSet(key)) {
      try {
        read.put(key, key.type().read(user.getValue(key.path())));
        return;
      } catch (IllegalArgumentException e) {
        problems.add(place(key), key.path() + ": " + e.getMessage() + ". " + key.allowed());
      }
    }
    if (!defaults.getIsNull(key.path())) {
      ConfigValue value = defaults.getValue(key.path());
      read.put(key, key.type().read(value));
    }
  }
}
