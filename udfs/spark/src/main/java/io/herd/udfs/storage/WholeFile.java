package io.herd.udfs.storage;

import java.io.IOException;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes files that readers see whole or not at all. On HDFS and local disks they are written under
 * a hidden name and renamed. On S3 a rename is a copy and closing a stream is what publishes it, so
 * there they are written under their own name, and a stream that fails is aborted instead of
 * closed.
 */
public final class WholeFile {
  private WholeFile() {}

  /**
   * The name that a file has until it is whole; readers skip names that begin with an underscore.
   */
  public static Path hidden(Path target) {
    return new Path(target.getParent(), "_" + target.getName() + ".tmp");
  }

  /**
   * Writes a file, in place of one that is there already. A process that dies in between can leave
   * only the one at {@link #hidden}.
   *
   * @throws IOException when the file isn't there with this content
   */
  public static void write(FileSystem files, Path target, byte[] content) throws IOException {
    if (files.hasPathCapability(target, CommonPathCapabilities.ABORTABLE_STREAM)) {
      writeOrAbort(files.create(target, true), content);
      return;
    }
    Path hidden = hidden(target);
    try (FSDataOutputStream out = files.create(hidden, true)) {
      out.write(content);
    }
    files.delete(target, false); // Hadoop's rename doesn't replace
    if (!files.rename(hidden, target)) {
      throw new IOException("rename to " + target + " was refused");
    }
  }

  private static void writeOrAbort(FSDataOutputStream out, byte[] content) throws IOException {
    boolean whole = false;
    try {
      out.write(content);
      out.close();
      whole = true;
    } finally {
      if (!whole) {
        out.abort();
      }
    }
  }
}
