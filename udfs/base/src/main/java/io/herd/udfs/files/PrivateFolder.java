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
    String user = System.getProperty("user.name", "").replaceAll("[^\\w.-]", "_");
    return Path.of(System.getProperty("java.io.tmpdir"), name + "-" + user);
  }

  /** Makes a folder of this machine, and those above it that are missing. */
  public static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // there may be a link of its name
      Files.createDirectories(folder, OWNER_ONLY);
    }
  }
}
