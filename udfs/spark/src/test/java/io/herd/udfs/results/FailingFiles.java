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
    RENAME_REFUSED,
    /** It was done, and nobody knows. */
    RENAME_ANSWER_LOST
  }

  Fault fault;
  int faultsLeft = Integer.MAX_VALUE;

  private boolean now(Fault wanted) {
    return fault == wanted && faultsLeft > 0 && faultsLeft-- > 0;
  }

  @Override
  public FSDataOutputStream create(Path file, boolean overwrite) throws IOException {
    if (now(Fault.CREATE)) {
      throw new IOException("no such mount");
    }
    // as a full disk does, Hadoop then throws an Error of its own
    return super.create(now(Fault.WRITE) ? new Path("/dev/full") : file, overwrite);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (now(Fault.RENAME_THROWS)) {
      throw new IOException("connection lost");
    }
    boolean done = !now(Fault.RENAME_REFUSED) && super.rename(from, to);
    if (now(Fault.RENAME_ANSWER_LOST)) {
      throw new IOException("connection lost");
    }
    return done;
  }
}
