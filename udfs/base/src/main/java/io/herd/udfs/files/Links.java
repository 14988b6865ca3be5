package io.herd.udfs.files;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checks where the links in a model's folder lead. A link to another file of this machine would
 * have it read, copied to executors and hashed as if it were the model's.
 */
public final class Links {
  private Links() {}

  /**
   * Returns whether a file is inside a folder after following all links. The snapshots of the Hub's
   * cache are links into the blobs of the same model.
   */
  public static boolean stayInside(Path folder, Path file) throws IOException {
    Path real = file.toRealPath();
    Path home = folder.toRealPath();
    if (real.startsWith(home)) {
      return true;
    }
    Path snapshots = home.getParent();
    if (snapshots == null || !snapshots.endsWith("snapshots")) {
      return false;
    }
    Path blobs = snapshots.resolveSibling("blobs");
    return Files.isDirectory(blobs) && real.startsWith(blobs.toRealPath());
  }

  /**
   * Requires that a file is inside a folder after following its links.
   *
   * @throws UserException when it lies elsewhere
   */
  public static void requireInside(Path folder, Path file) throws IOException {
    if (!stayInside(folder, file)) {
      throw new UserException(
          file + " is a link that leads out of the model's folder, to " + file.toRealPath(),
          "replace it by a copy of the file, if you trust it; don't use a model that was delivered"
              + " with such a link.");
    }
  }
}
