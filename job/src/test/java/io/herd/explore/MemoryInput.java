package io.herd.explore;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;

/** Bytes as Hadoop reads them. */
final class MemoryInput extends ByteArrayInputStream implements Seekable, PositionedReadable {
  MemoryInput(byte[] bytes) {
    super(bytes);
  }

  @Override
  public void seek(long position) {
    pos = (int) position;
  }

  @Override
  public long getPos() {
    return pos;
  }

  @Override
  public boolean seekToNewSource(long target) {
    return false;
  }

  @Override
  public int read(long position, byte[] buffer, int offset, int length) {
    int read = Math.min(length, count - (int) position);
    if (read <= 0) {
      return -1;
    }
    System.arraycopy(buf, (int) position, buffer, offset, read);
    return read;
  }

  @Override
  public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
    if (read(position, buffer, offset, length) < length) {
      throw new EOFException();
    }
  }

  @Override
  public void readFully(long position, byte[] buffer) throws IOException {
    readFully(position, buffer, 0, buffer.length);
  }
}
