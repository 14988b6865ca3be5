package io.herd.job.output;

import io.herd.udfs.SystemException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;

/**
 * A normalized path, so that two paths can be compared.
 *
 * @param path as messages have it
 * @param store the file system
 * @param names of the folders from its root, links followed; they may be patterns
 */
record Place(Path path, String store, List<String> names) {
  /** Returns the place; empty if there is no such file system, which opening it reports. */
  static Optional<Place> of(Path path, Configuration hadoop) {
    try {
      Path real = OutputPlace.of(path, hadoop).path();
      Path qualified = real.getFileSystem(hadoop).makeQualified(real);
      String store = qualified.toUri().getScheme() + "://" + qualified.toUri().getAuthority();
      List<String> names =
          Arrays.stream(qualified.toUri().getPath().split("/", -1))
              .filter(name -> !name.isEmpty())
              .toList();
      return Optional.of(new Place(path, withoutDefaultPort(store), names));
    } catch (IOException | SystemException | IllegalArgumentException e) { // no such host, too
      return Optional.empty();
    }
  }

  private static String withoutDefaultPort(String store) {
    return store.startsWith("hdfs:") ? store.replaceFirst(":8020$", "") : store;
  }

  /** Returns whether it is the other place or lies inside it, at any depth. */
  boolean isIn(Place other) {
    return depth() >= other.depth() && agrees(other);
  }

  boolean isPattern() {
    return names.stream().anyMatch(name -> name.matches(".*[{}\\[\\]*?\\\\].*"));
  }

  int depth() {
    return names.size();
  }

  /** Returns whether the names that both have match the pattern's. */
  boolean agrees(Place pattern) {
    if (!store.equals(pattern.store)) {
      return false;
    }
    for (int i = 0; i < Math.min(depth(), pattern.depth()); i++) {
      String name = names.get(i);
      String wanted = pattern.names.get(i);
      if (!name.equals(wanted) && !matches(name, wanted)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(String name, String pattern) {
    try {
      return new GlobFilter(pattern).accept(new Path("/" + name));
    } catch (IOException e) { // not a pattern: Spark says what is wrong with it
      return false;
    }
  }
}
