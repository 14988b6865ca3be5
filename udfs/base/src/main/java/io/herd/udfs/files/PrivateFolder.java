package io.herd.udfs.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Creates folders with mode 0700, which only their owner can enter, whatever the modes of the files
 * in them. A folder that is there already keeps its mode: who wants to share one makes it
 * beforehand.
 */
public final class PrivateFolder {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private PrivateFolder() {}

  /**
   * Returns the path of this user's folder below the temporary folder, whether or not it exists.
   */
  public static Path temporary(String name) {
    return Path.of(System.getProperty("java.io.tmpdir"), ofUser(name));
  }

  /**
   * Returns the path of this user's folder that all processes of a host find, and that disappears
   * when the host restarts. YARN gives each container a temporary folder of its own.
   */
  public static Path ofHost(String name) {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory.resolve(ofUser(name)) : temporary(name);
  }

  private static String ofUser(String name) {
    return name + "-" + System.getProperty("user.name", "").replaceAll("[^\\w.-]", "_");
  }

  /** Creates a folder on this machine, and missing parents. */
  public static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // there may be a link of its name
      Files.createDirectories(folder, OWNER_ONLY);
    }
  }
}
