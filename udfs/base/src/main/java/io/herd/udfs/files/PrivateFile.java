package io.herd.udfs.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Creates files with mode 0600 from the first moment, readable and writable only by their owner.
 */
public final class PrivateFile {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PrivateFile() {}

  /**
   * Creates an empty file; on file systems without modes there are no other users to exclude.
   *
   * @throws java.nio.file.FileAlreadyExistsException when anything of that name is there
   * @throws IOException when it can't be made
   */
  public static void create(Path file) throws IOException {
    boolean modes = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    Files.createFile(file, modes ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0]);
  }
}
