package io.herd.udfs.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Measures the free space of a disk. */
public final class FreeSpace {
  private FreeSpace() {}

  /** Returns the bytes that this user can still write to an existing or future folder. */
  public static long at(Path folder) throws IOException {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    return Files.getFileStore(existing).getUsableSpace();
  }
}
