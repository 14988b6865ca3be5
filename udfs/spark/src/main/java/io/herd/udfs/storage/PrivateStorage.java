package io.herd.udfs.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Creates folders on Hadoop's file systems that only their owner may enter. An existing folder
 * keeps its mode; object stores have none.
 */
public final class PrivateStorage {
  private static final FsPermission OWNER_ONLY = new FsPermission((short) 0700);

  private PrivateStorage() {}

  /** Creates a folder and its missing parents. */
  public static void make(FileSystem files, Path folder) throws IOException {
    if (!files.exists(folder)) {
      if (folder.getParent() != null) {
        make(files, folder.getParent());
      }
      files.mkdirs(folder, OWNER_ONLY);
    }
  }
}
