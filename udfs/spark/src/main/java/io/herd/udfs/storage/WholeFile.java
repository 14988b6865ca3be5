package io.herd.udfs.storage;

import io.herd.udfs.storage.ConditionalWrites.Outcome;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * Writes files that readers see completely or not at all. On HDFS and local disks they are written
 * under a hidden name of the writer's own, and one rename puts them in place of what was there; so
 * two runs may write one file at a time, and the last one's is there. On S3 a rename is a copy and
 * closing a stream is what publishes it, so there they are written under their own name, and a
 * stream that fails is aborted instead of closed. File systems whose rename doesn't replace have no
 * file for a moment between deleting and renaming; {@link #isHidden} finds what is to be in place.
 */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Returns a file's name until it is complete; readers skip names that begin with an underscore.
   */
  public static Path hidden(Path target) {
    return new Path(target.getParent(), "_" + target.getName() + ".tmp");
  }

  /** Returns whether a name is one that {@link #write} gives a file until it is complete. */
  public static boolean isHidden(Path target, String name) {
    return name.startsWith("_" + target.getName()) && name.endsWith(".tmp");
  }

  /**
   * Writes a file atomically, and replaces an existing one. A process that dies in between can
   * leave only a hidden one.
   *
   * @throws IOException when the file isn't there with this content
   */
  public static void write(FileSystem files, Path target, byte[] content) throws IOException {
    write(files, target, content, () -> {});
  }

  /**
   * Writes a file atomically, after a last check.
   *
   * @param fence is called last before the file is put in place, and may throw
   * @throws IOException when the file isn't there with this content
   */
  public static void write(FileSystem files, Path target, byte[] content, Runnable fence)
      throws IOException {
    if (files.hasPathCapability(target, CommonPathCapabilities.ABORTABLE_STREAM)) {
      fence.run();
      writeOrAbort(files.create(target, true), content);
      return;
    }
    FileSystem plain = files instanceof LocalFileSystem local ? local.getRaw() : files;
    Path hidden = ofOneWriter(target);
    try {
      try (FSDataOutputStream out = plain.create(hidden, true)) {
        out.write(content);
      }
      fence.run();
      replace(plain, hidden, target);
    } catch (IOException | RuntimeException e) {
      plain.delete(hidden, false);
      throw e;
    }
  }

  /**
   * Writes a file unless it exists. Of several writers one succeeds, and none sees half of it; only
   * on an S3 without conditional writes, or with a Hadoop before 3.4, may a later one replace it.
   * So who has written reads it again, and goes by what is there.
   *
   * @throws IOException when it can't be said whether the file is there
   */
  public static void writeIfAbsent(FileSystem files, Path target, byte[] content)
      throws IOException {
    if (files.exists(target)) {
      return;
    }
    if (files.hasPathCapability(target, CommonPathCapabilities.ABORTABLE_STREAM)) {
      if (writeConditionally(files, target, Optional.empty(), content) == Outcome.UNKNOWN_THERE) {
        writeOrAbort(files.create(target, true), content);
      }
      return;
    }
    FileSystem plain = files instanceof LocalFileSystem local ? local.getRaw() : files;
    Path hidden = ofOneWriter(target);
    try (FSDataOutputStream out = plain.create(hidden, true)) {
      out.write(content);
    }
    try {
      if (LocalFiles.isDisk(plain)) { // whose rename replaces
        link(onDisk(plain, hidden), onDisk(plain, target), content);
      } else if (!plain.rename(hidden, target) && !plain.exists(target)) {
        throw new IOException("rename to " + target + " was refused");
      }
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return; // another was first
    } finally {
      plain.delete(hidden, false);
    }
  }

  /**
   * Writes a file if its store can check atomically that it is unchanged.
   *
   * @param etag of the file to replace; empty if there must be none
   */
  static Outcome writeConditionally(
      FileSystem files, Path target, Optional<String> etag, byte[] content) throws IOException {
    try {
      Optional<ConditionalWrites> store = conditional(files);
      return store.isPresent() ? store.get().write(target, etag, content) : Outcome.UNKNOWN_THERE;
    } catch (LinkageError e) { // a Hadoop that is otherwise than those that were tried
      return Outcome.UNKNOWN_THERE;
    }
  }

  /** Returns the conditions that a file system's store supports, if any. */
  static Optional<ConditionalWrites> conditional(FileSystem files) {
    if (files instanceof ConditionalWrites own) {
      return Optional.of(own);
    }
    return isS3OfHadoop34(files) ? Optional.of(new S3Objects(files)) : Optional.empty();
  }

  private static boolean isS3OfHadoop34(FileSystem files) {
    try {
      ClassLoader loader = files.getClass().getClassLoader();
      Class.forName("org.apache.hadoop.fs.s3a.S3AInternals", false, loader);
      return files.getClass().getName().equals("org.apache.hadoop.fs.s3a.S3AFileSystem");
    } catch (ClassNotFoundException | LinkageError e) { // Hadoop 3.3
      return false;
    }
  }

  /** Copies where a disk has no links; a few bytes are written at once there. */
  private static void link(java.nio.file.Path from, java.nio.file.Path to, byte[] content)
      throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      Files.write(to, content, StandardOpenOption.CREATE_NEW);
    }
  }

  private static java.nio.file.Path onDisk(FileSystem disk, Path path) {
    return ((RawLocalFileSystem) disk).pathToFile(path).toPath();
  }

  private static Path ofOneWriter(Path target) {
    String own = UUID.randomUUID().toString().substring(0, 8);
    return new Path(target.getParent(), "_" + target.getName() + "." + own + ".tmp");
  }

  private static void replace(FileSystem files, Path from, Path to) throws IOException {
    if (LocalFiles.isDisk(files)) {
      replaceOnDisk((RawLocalFileSystem) files, from, to);
    } else if (files instanceof DistributedFileSystem hdfs) {
      hdfs.rename(from, to, Options.Rename.OVERWRITE);
    } else {
      files.delete(to, false);
      if (!files.rename(from, to)) {
        throw new IOException("rename to " + to + " was refused");
      }
    }
  }

  private static void replaceOnDisk(RawLocalFileSystem disk, Path from, Path to)
      throws IOException {
    File target = disk.pathToFile(to);
    // The checksum of an earlier file, as Hadoop writes it, would make this one a damaged file.
    Files.deleteIfExists(target.toPath().resolveSibling("." + target.getName() + ".crc"));
    Files.move(
        disk.pathToFile(from).toPath(),
        target.toPath(),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  private static void writeOrAbort(FSDataOutputStream out, byte[] content) throws IOException {
    boolean whole = false;
    try {
      out.write(content);
      out.close();
      whole = true;
    } finally {
      if (!whole) {
        out.abort();
      }
    }
  }
}
