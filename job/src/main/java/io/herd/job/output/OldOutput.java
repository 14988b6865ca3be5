package io.herd.job.output;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The previous output, moved aside while a new one is put in its place. It is the only copy of
 * those rows, and is removed when the place holds a whole output.
 *
 * @param parts the place
 * @param folder what lies beside it
 */
record OldOutput(PartFiles parts, Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(OldOutput.class);

  static OldOutput of(PartFiles parts) {
    return new OldOutput(parts, beside(parts.folder(), "old"));
  }

  /** Returns a folder beside an output's, which readers of the parent skip. */
  static Path beside(Path target, String what) {
    return new Path(target.getParent(), "_" + target.getName() + ".herd-" + what);
  }

  boolean exists() {
    return parts.exists(folder);
  }

  /**
   * Refuses to choose between two outputs.
   *
   * @throws UserException when both lie there and the one in place isn't known to be whole
   */
  void check() {
    if (exists() && parts.exists() && !isInPlace()) {
      throw new UserException(
          "there is an output at "
              + parts.folder()
              + " that no run of Herd has marked as complete, and an older one at "
              + folder,
          "look at both, and move away the one that shouldn't be kept.");
    }
  }

  /** Returns whether the place holds a complete output: jobs of Hadoop and Herd mark it last. */
  private boolean isInPlace() {
    return parts.exists(new Path(parts.folder(), "_SUCCESS"))
        || parts.exists(new Path(parts.folder(), OutputManifest.NAME));
  }

  /** Moves the previous output back if its place is empty. */
  void putBack() {
    check();
    if (!exists() || parts.exists()) {
      return;
    }
    Path target = parts.folder();
    try {
      if (!parts.exists(target)) {
        move(parts.files(), folder, target);
        return;
      }
      // A folder that another disk is mounted on stays, and what was in it comes back into it.
      for (FileStatus each : parts.files().listStatus(folder)) {
        move(parts.files(), each.getPath(), new Path(target, each.getPath().getName()));
      }
      parts.files().delete(folder, false);
    } catch (IOException e) {
      throw new SystemException("can't put the output back at " + target, e);
    }
  }

  /**
   * Moves the current output here, and deletes the one that was here before.
   *
   * @return false when the folder in the place can't be moved, as one from a container's image
   */
  boolean takeOut() throws IOException {
    putBack();
    remove();
    Path target = parts.folder();
    if (parts.exists(target)) {
      try {
        swap(parts.files(), target, folder);
      } catch (IOException e) {
        LOG.warn(
            "{} can't be moved, so that readers see its files change: {}", target, e.toString());
        return false;
      }
    }
    return true;
  }

  /** Removes the previous output, only if the place holds a complete one. */
  void remove() throws IOException {
    parts.files().delete(folder, true);
  }

  /**
   * Renames without copying: Hadoop's rename copies between local disks, and empties a mount point
   * before it finds that it can't remove it.
   */
  static void swap(FileSystem files, Path from, Path to) throws IOException {
    if ("file".equals(files.getUri().getScheme())) {
      Files.move(local(from), local(to), StandardCopyOption.ATOMIC_MOVE);
    } else {
      move(files, from, to);
    }
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  private static void move(FileSystem files, Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("rename from " + from + " to " + to + " was refused");
    }
  }
}
