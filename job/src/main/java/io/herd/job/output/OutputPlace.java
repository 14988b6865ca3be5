package io.herd.job.output;

import io.herd.udfs.SystemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Where an output's folder really is, and which operations its file system supports there.
 *
 * @param path with links followed
 * @param local the same on this machine's disks, or null where it is elsewhere
 */
record OutputPlace(Path path, java.nio.file.Path local) {
  /** Stores that rename folders by copying their objects one after the other. */
  private static final Set<String> COPYING =
      Set.of("gs", "s3", "s3n", "wasb", "wasbs", "oss", "cosn", "obs");

  private static final java.nio.file.Path MOUNTS = java.nio.file.Path.of("/proc/self/mountinfo");
  private static final int MOUNT_POINT = 4; // of its columns

  /** Follows links; a missing folder is where it would be created. */
  static OutputPlace of(Path path, Configuration hadoop) {
    try {
      if (!"file".equals(path.getFileSystem(hadoop).getUri().getScheme())) {
        return new OutputPlace(path, null);
      }
      java.nio.file.Path given = java.nio.file.Path.of(path.toUri().getPath());
      java.nio.file.Path real = real(given);
      boolean plain = real.equals(given) && path.toUri().getAuthority() == null;
      return new OutputPlace(plain ? path : new Path("file", null, real.toString()), real);
    } catch (IOException e) {
      throw new SystemException("can't find out where the output " + path + " is", e);
    }
  }

  private static java.nio.file.Path real(java.nio.file.Path path) throws IOException {
    try {
      return path.toRealPath();
    } catch (NoSuchFileException e) {
      if (Files.isSymbolicLink(path)) {
        return real(path.resolveSibling(Files.readSymbolicLink(path)));
      }
      java.nio.file.Path parent = path.getParent();
      return parent == null ? path : real(parent).resolve(path.getFileName());
    }
  }

  /** Returns whether objects are uploaded, and appear when the upload is completed. */
  boolean uploads() {
    return "s3a".equals(path.toUri().getScheme());
  }

  /**
   * Returns whether a folder can be renamed into place, so that readers see it completely or not at
   * all. A mount point, such as a container's volume, can't be moved, and what is moved to it is
   * copied.
   */
  boolean swaps() {
    if (local == null) {
      return !uploads() && !COPYING.contains(String.valueOf(path.toUri().getScheme()));
    }
    try {
      java.nio.file.Path parent = local.getParent();
      return !Files.exists(local)
          || (parent != null
              && Files.getFileStore(local).equals(Files.getFileStore(parent))
              && Files.isWritable(parent)
              && !isMountPoint(local));
    } catch (IOException e) {
      throw new SystemException("can't find out which disk the output " + path + " is on", e);
    }
  }

  /** Recognizes folders that are mounted from the same disk, too. */
  private static boolean isMountPoint(java.nio.file.Path folder) throws IOException {
    if (!Files.isReadable(MOUNTS)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(MOUNTS, StandardCharsets.UTF_8)) {
      List<String> points = lines.map(line -> line.split(" ", -1)[MOUNT_POINT]).toList();
      return points.contains(escaped(folder.toString()));
    }
  }

  private static String escaped(String path) {
    return path.replace("\\", "\\134")
        .replace(" ", "\\040")
        .replace("\t", "\\011")
        .replace("\n", "\\012");
  }
}
