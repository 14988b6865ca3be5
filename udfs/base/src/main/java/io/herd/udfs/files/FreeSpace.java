package io.herd.udfs.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a disk has left. */
public final class FreeSpace {
  private FreeSpace() {}

  /** Bytes that this user can still write where a folder is or will be. */
  public static long at(Path folder) throws IOException {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    return Files.getFileStore(existing).getUsableSpace();
  }
}
