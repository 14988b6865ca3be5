package io.herd.job.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.herd.udfs.EditDistance;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds keys that Herd doesn't know: a key with a typo would silently have no effect. */
final class UnknownKeys {
  private static final String ROOT = "herd";

  private final Path callerDirectory;
  private final Problems problems;

  UnknownKeys(Path callerDirectory, Problems problems) {
    this.callerDirectory = callerDirectory;
    this.problems = problems;
  }

  void find(ConfigObject user) {
    user.forEach(
        (name, value) -> {
          if (name.equals(ROOT)) {
            findIn(ROOT, value);
          } else {
            outside(name, value);
          }
        });
  }

  private void findIn(String group, ConfigValue value) {
    if (value instanceof ConfigObject object) {
      object.forEach((name, inner) -> check(group + "." + name, inner));
    } else if (value.valueType() != ConfigValueType.NULL) {
      add(value, group + ": is a group of keys, not a value. " + keysOf(group));
    }
  }

  private void check(String path, ConfigValue value) {
    if (Keys.groups().contains(path)) {
      findIn(path, value);
    } else if (Keys.owner(path).isEmpty()) {
      add(value, describe(path));
    }
  }

  /**
   * Names outside {@code herd} are the user's own, for substitutions, unless they look like a
   * mistake.
   */
  private void outside(String name, ConfigValue value) {
    String small = name.toLowerCase(Locale.ROOT); // HERD is another name to HOCON
    boolean meant =
        Keys.groups().contains(ROOT + "." + small)
            || Keys.owner(ROOT + "." + small).isPresent()
            || small.startsWith(ROOT + ".")
            || EditDistance.of(small, ROOT) <= 1;
    if (meant) {
      add(value, name + ": is outside the group herd. Write it as herd { ... }");
    }
  }

  private void add(ConfigValue value, String text) {
    problems.add(Place.of(value.origin(), callerDirectory), text);
  }

  /** Describes an unknown key and the one that was probably meant. */
  static String describe(String path) {
    Optional<String> nearest =
        NearestKey.to(path.startsWith(ROOT + ".") ? path : ROOT + "." + path);
    return path
        + ": no such key. "
        + nearest.map(key -> "Did you mean " + key + "?").orElseGet(() -> keysOf(groupOf(path)));
  }

  private static String groupOf(String path) {
    String group = path.substring(0, Math.max(0, path.lastIndexOf('.')));
    return Keys.groups().contains(group) ? group : ROOT;
  }

  private static String keysOf(String group) {
    String prefix = group + ".";
    return Stream.concat(Keys.ALL.stream().map(Key::path), Keys.groups().stream())
        .filter(path -> path.startsWith(prefix) && path.indexOf('.', prefix.length()) < 0)
        .map(path -> path.substring(prefix.length()))
        .collect(Collectors.joining(", ", "Keys of " + group + ": ", ""));
  }
}
