package io.herd.job.config;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Resolves paths against the directory that the caller stands in. */
public record CallerPaths(Path callerDirectory) {
  // two letters at least: C:\ is no scheme
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  /** A path or URI of the command line, as {@code herd.run.work-dir} would have it. */
  public static String resolve(Path callerDirectory, String path) {
    return new CallerPaths(callerDirectory.toAbsolutePath().normalize()).resolve(path);
  }

  static boolean hasScheme(String path) {
    return SCHEME.matcher(path).matches();
  }

  /** URIs stay as they are; other paths become absolute. */
  String resolve(String path) {
    return hasScheme(path) ? path : absolute(path).toString();
  }

  /** A path on this machine, written plainly or as a {@code file:} URI. */
  Path local(String path) {
    return absolute(path.replaceFirst("^file:(//)?(?=/)", ""));
  }

  private Path absolute(String path) {
    return callerDirectory.resolve(path).normalize();
  }
}
