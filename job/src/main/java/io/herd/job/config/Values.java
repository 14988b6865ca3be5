package io.herd.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The value of each key: the user's, otherwise that of {@code reference.conf}. */
final class Values {
  // beside this class: Typesafe's own name at the root of the class path would mix with others'
  private static final String DEFAULTS = "io/herd/job/config/reference.conf";

  private final Config user;
  private final Config defaults = defaults();
  private final CallerPaths paths;
  private final Problems problems;
  private final Map<Key<?>, Object> read = new HashMap<>();

  /** Reads every key at once, so that all bad values are reported. */
  Values(Config user, CallerPaths paths, Problems problems) {
    this.user = user;
    this.paths = paths;
    this.problems = problems;
    Keys.ALL.forEach(this::read);
  }

  private Values(Values from) {
    this.user = from.user;
    this.paths = from.paths;
    this.problems = from.problems;
    this.read.putAll(from.read);
  }

  /** A copy: a value that is replaced in it stays here. */
  Values copy() {
    return new Values(this);
  }

  static Config defaults() {
    return ConfigFactory.parseResources(
        Values.class.getClassLoader(),
        DEFAULTS,
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  /** Returns the key's value, or null when it is not set and has no default. */
  @SuppressWarnings("unchecked") // a key's value is put there by the key's own type
  <T> T get(Key<T> key) {
    return (T) read.get(key);
  }

  <T> Optional<T> find(Key<T> key) {
    return Optional.ofNullable(get(key));
  }

  /** Replaces the value that was read for a key; null for none. */
  <T> void replace(Key<T> key, T value) {
    read.put(key, value);
  }

  /** Returns the values of the keys below some groups, by their paths. */
  Map<String, Object> below(String... groups) {
    Map<String, Object> below = new TreeMap<>();
    for (Key<?> key : Keys.ALL) {
      if (Stream.of(groups).anyMatch(key.groups()::contains)) {
        below.put(key.path(), get(key));
      }
    }
    return below;
  }

  /**
   * Returns the values of some keys as a tree by the words of their paths: groups are maps, in the
   * order of {@link Keys#ALL}.
   *
   * @param leaf what stands for a value, which may be null
   */
  Map<String, Object> tree(Predicate<Key<?>> some, UnaryOperator<Object> leaf) {
    Map<String, Object> tree = new LinkedHashMap<>();
    Keys.ALL.stream().filter(some).forEach(key -> put(tree, key, leaf.apply(get(key))));
    return tree;
  }

  @SuppressWarnings("unchecked") // groups are put here and are maps
  private static void put(Map<String, Object> tree, Key<?> key, Object value) {
    Map<String, Object> group = tree;
    for (String path : key.groups().subList(1, key.groups().size())) {
      String name = path.substring(path.lastIndexOf('.') + 1);
      group = (Map<String, Object>) group.computeIfAbsent(name, any -> new LinkedHashMap<>());
    }
    group.put(key.name(), value);
  }

  /** Returns whether the user set the key, even if its value couldn't be read. */
  boolean isSet(Key<?> key) {
    return user.hasPath(key.path());
  }

  /** Returns where the user set the key, otherwise where its group starts, otherwise the file. */
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
    return Place.of(user.getValue(path).origin(), paths.callerDirectory());
  }

  private <T> void read(Key<T> key) {
    if (isSet(key)) {
      try {
        T value = key.type().read(user.getValue(key.path()));
        read.put(key, key.type().resolved(value, paths));
        return;
      } catch (IllegalArgumentException e) {
        problems.add(place(key), key.path() + ": " + e.getMessage() + ". " + key.allowed());
      }
    }
    if (!defaults.getIsNull(key.path())) {
      read.put(key, key.type().read(defaults.getValue(key.path())));
    }
  }
}
