package io.herd.udfs.hub.cache;

import io.herd.udfs.SystemException;
import io.herd.udfs.files.FreeSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A cache's disk operations, and the messages for its failures. */
class Disk {
  /** Returns the bytes that can still be written to an existing or future folder. */
  long free(Path folder) throws IOException {
    return FreeSpace.at(folder);
  }

  /** Writes all of the bytes. */
  void write(FileChannel file, ByteBuffer bytes, long at) throws IOException {
    for (long to = at; bytes.hasRemaining(); ) {
      to += file.write(bytes, to);
    }
  }

  /** Creates a symbolic link. */
  void link(Path link, Path target) throws IOException {
    Files.createSymbolicLink(link, target);
  }

  /** Refuses a download that wouldn't fit, before it begins. */
  final void require(Path folder, long bytes) {
    try {
      long free = free(folder);
      if (free < bytes) {
        throw full(folder, "has %s free, but %s have to be fetched", free, bytes, null);
      }
    } catch (IOException e) {
      throw refusal(folder, e);
    }
  }

  /** Explains a failed write. */
  final SystemException refusal(Path place, IOException cause) {
    String why = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (why.contains("no space left") || why.contains("quota")) {
      return full(place, "became full", 0, 0, cause);
    }
    return new SystemException(
        "can't write to the model cache, at " + place + ": " + cause,
        "set HF_HUB_CACHE to a folder that this user can write to.",
        cause);
  }

  private static SystemException full(
      Path place, String state, long free, long needed, IOException cause) {
    return new SystemException(
        "the disk of the model cache, "
            + place
            + ", "
            + String.format(Locale.ROOT, state, gigabytes(free), gigabytes(needed)),
        "make room there, or set HF_HUB_CACHE (or HF_HOME) to a folder on a larger disk.",
        cause);
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }
}
