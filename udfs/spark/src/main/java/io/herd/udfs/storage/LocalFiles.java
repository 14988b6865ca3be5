package io.herd.udfs.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system, which sets a file's mode by a system call. Without its native library
 * Hadoop starts chmod for each file and folder: 44 processes for a run of ten rows.
 */
public final class LocalFiles extends LocalFileSystem {
  /** Spark's setting that selects the class of the local file system. */
  public static final String SETTING = "spark.hadoop.fs.file.impl";

  private static final int STICKY = 01000;

  /** Used by Hadoop through reflection. */
  public LocalFiles() {
    super(new Disk());
  }

  /** Returns whether a file system is a plain local disk, without checksums. */
  static boolean isDisk(FileSystem files) {
    return files.getClass() == RawLocalFileSystem.class || files.getClass() == Disk.class;
  }

  private static final class Disk extends RawLocalFileSystem {
    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      if ((permission.toShort() & STICKY) != 0) { // which Java doesn't know
        super.setPermission(path, permission);
      } else {
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString(permission.toString());
        Files.setPosixFilePermissions(pathToFile(path).toPath(), mode);
      }
    }
  }
}
