package io.herd.udfs.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Makes folders that only their owner may enter (mode 0700), whatever the modes of the files in
 * them. A folder that is there already keeps its mode: who wants to share one makes it beforehand.
 */
public final class PrivateFolder {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private PrivateFolder() {}

  /** The place of a folder of this user's below the temporary one; whether it is there or not. */
  public static Path temporary(String name) {
    return Path.of(System.getProperty("java.io.tmpdir"), ofUser(name));
  }

  /**
   * The place of a folder of this user's that all processes of a host find, and that is gone after
   * its restart. YARN gives each container a temporary folder of its own.
   */
  public static Path ofHost(String name) {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory.resolve(ofUser(name)) : temporary(name);
  }

  private static String ofUser(String name) {
    return name + "-" + System.getProperty("user.name", "").replaceAll("[^\\w.-]", "_");
  }

  /** Makes a folder of this machine, and those above it that are missing. */
  public static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // there may be a link of its name
      Files.createDirectories(folder, OWNER_ONLY);
    }
  }
}
