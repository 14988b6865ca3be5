package io.herd.udfs.results;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
    FSDataOutputStream out = super.create(file, overwrite);
    return fault == Fault.WRITE ? new FSDataOutputStream(new FullDisk(out), null) : out;
  }

  /** A part gets through, then every write fails. */
  private static final class FullDisk extends FilterOutputStream {
    FullDisk(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length / 2);
      throw new IOException("no space left on device");
    }
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (fault == Fault.RENAME_THROWS) {
      throw new IOException("connection lost");
    }
    return fault != Fault.RENAME_REFUSED && super.rename(from, to);
  }
}
