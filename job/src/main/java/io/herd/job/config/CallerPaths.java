package io.herd.job.config;

import static io.herd.job.config.ValueType.quote;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Resolves paths against the caller's directory.
 *
 * @param callerDirectory absolute
 * @param isReached whether a relative path leads to the same place for the driver
 */
public record CallerPaths(Path callerDirectory, Predicate<String> isReached) {
  // two letters at least: C:\ is no scheme
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  /** For a driver that runs in the caller's directory. */
  public static CallerPaths here(Path callerDirectory) {
    return new CallerPaths(absolute(callerDirectory), path -> true);
  }

  /** For a driver on a cluster, in a directory with the files that spark-submit copies. */
  public static CallerPaths onCluster(Path driverDirectory) {
    Path directory = absolute(driverDirectory);
    return new CallerPaths(directory, path -> Files.exists(directory.resolve(path)));
  }

  /**
   * For a caller that submits to a cluster.
   *
   * @param isShipped whether spark-submit ships a file or archive of that name
   */
  public static CallerPaths submitted(Path callerDirectory, Predicate<String> isShipped) {
    return new CallerPaths(
        absolute(callerDirectory),
        path -> isShipped.test(Path.of(path).normalize().getName(0).toString()));
  }

  private static Path absolute(Path directory) {
    return directory.toAbsolutePath().normalize();
  }

  /** Resolves a path or URI of the command line as {@code herd.run.work-dir} would be. */
  public static String resolve(Path callerDirectory, String path) {
    return here(callerDirectory).resolve(path);
  }

  static boolean hasScheme(String path) {
    return SCHEME.matcher(path).matches();
  }

  /**
   * Makes a path absolute; URIs don't change.
   *
   * @throws IllegalArgumentException for a relative path that the driver doesn't reach
   */
  String resolve(String path) {
    return hasScheme(path) ? path : reached(path).toString();
  }

  /**
   * Resolves a path on the driver's machine, plain or as a {@code file:} URI.
   *
   * @throws IllegalArgumentException for a relative path that the driver doesn't reach
   */
  Path local(String path) {
    return reached(withoutScheme(path));
  }

  /** Resolves a path on this machine whose file is opened at once, relative or not. */
  Path opened(String path) {
    return callerDirectory.resolve(withoutScheme(path)).normalize();
  }

  private static String withoutScheme(String path) {
    return path.replaceFirst("^file:(//)?(?=/)", "");
  }

  private Path reached(String path) {
    if (!Path.of(path).isAbsolute() && !isReached.test(path)) {
      throw new IllegalArgumentException(
          quote(path)
              + " is relative, and in deploy mode cluster the driver runs in a directory of its"
              + " own; write the whole path or a URI, which every node reaches");
    }
    return callerDirectory.resolve(path).normalize();
  }
}
