package io.herd.udfs.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes files that only their owner can read and write (mode 0600), from the first moment on. */
public final class PrivateFile {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PrivateFile() {}

  /**
   * Makes an empty file; file systems without modes have no others to shut out.
   *
   * @throws java.nio.file.FileAlreadyExistsException when anything of that name is there
   * @throws IOException when it can't be made
   */
  public static void create(Path file) throws IOException {
    boolean modes = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    Files.createFile(file, modes ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0]);
  }
}
