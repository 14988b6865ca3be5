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
 * The output before this one, which lies beside its place while another is put there. It is the
 * only copy of those rows, and is removed when the place holds a whole output.
 *
 * @param parts the place
 * @param folder what lies beside it
 */
record OldOutput(PartFiles parts, Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(OldOutput.class);

  static OldOutput of(PartFiles parts) {
    return new OldOutput(parts, beside(parts.folder(), "old"));
  }

  /** A folder beside an output's, which readers of the parent skip. */
  static Path beside(Path target, String what) {
    return new Path(target.getParent(), "_" + target.getName() + ".herd-" + what);
  }

  boolean exists() {
    return parts.exists(folder);
  }

  /**
   * Refuses to choose between two.
   *
   * @throws UserException when both lie there and the one in place isn't known to be whole
   */
  void check() {
    if (exists() && parts.exists() && !isInPlace()) {
      throw new UserException(
          "there is an output at "
              + parts.folder()
              + " that no run of Herd has marked as whole, and an older one at "
              + folder,
          "look at both, and move the one away that isn't to be kept.");
    }
  }

  /** Whether the place holds a whole output: jobs of Hadoop and Herd mark it last. */
  private boolean isInPlace() {
    return parts.exists(new Path(parts.folder(), "_SUCCESS"))
        || parts.exists(new Path(parts.folder(), OutputManifest.NAME));
  }

  /** Puts it back, if its place has nothing in it. */
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
   * Makes room: what is in the place goes here, and what was here goes for good.
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

  /** Only when the place holds a whole output. */
  void remove() throws IOException {
    parts.files().delete(folder, true);
  }

  /**
   * A rename that isn't a copy: Hadoop's makes one between local disks, and has emptied a mount
   * point before it found that it can't remove it.
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
