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

  /** Makes a folder of this machine, and those above it that are missing. */
  public static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // there may be a link of its name
      Files.createDirectories(folder, OWNER_ONLY);
    }
  }
}
