package io.herd.udfs.results;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk, on a bad day. */
final class FailingFiles extends RawLocalFileSystem {
  enum Fault {
    CREATE,
    WRITE,
    RENAME_THROWS,
    RENAME_REFUSED
  }

  Fault fault;

  @Override
  public FSDataOutputStream create(Path file, boolean overwrite) throws IOException {
    if (fault == Fault.CREATE) {
      throw new IOException("no such mount");
    }
    // as a full disk does, Hadoop then throws an Error of its own
    return super.create(fault == Fault.WRITE ? new Path("/dev/full") : file, overwrite);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (fault == Fault.RENAME_THROWS) {
      throw new IOException("connection lost");
    }
    return fault != Fault.RENAME_REFUSED && super.rename(from, to);
  }
}
