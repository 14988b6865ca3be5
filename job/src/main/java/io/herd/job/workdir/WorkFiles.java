package io.herd.job.workdir;

import com.google.gson.JsonParseException;
import io.herd.udfs.SystemException;
import io.herd.udfs.storage.PrivateStorage;
import io.herd.udfs.storage.StorageRetries;
import io.herd.udfs.storage.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Access to the files in a work-dir's folder. Each operation is repeated while storage fails; after
 * that it is a {@link SystemException}.
 *
 * @param retries for a file system
 */
record WorkFiles(Path root, Configuration hadoop, Function<FileSystem, StorageRetries> retries) {

  /** An operation on the work-dir's file system that may be repeated. */
  interface Io<T> {
    T run(FileSystem files) throws IOException;
  }

  <T> T io(String doing, Object what, Io<T> body) {
    try {
      FileSystem files = root.getFileSystem(hadoop);
      return retries.apply(files).get(again -> body.run(files));
    } catch (IOException | FSError | JsonParseException e) { // a full local disk is an FSError
      throw new SystemException("can't " + doing + " " + what, e);
    }
  }

  FileSystem fileSystem() {
    return io("open the file system of", root, files -> files);
  }

  Path path(String name) {
    return new Path(root, name);
  }

  <T> Optional<T> read(String name, Class<T> type) {
    Path file = path(name);
    return io("read", file, files -> JsonFile.orHalfReplaced(files, file, type));
  }

  /**
   * Writes a file atomically.
   *
   * @param fence is called last before the file is put in place, and may throw
   */
  void write(String name, String content, Runnable fence) {
    Path target = path(name);
    byte[] text = content.getBytes(StandardCharsets.UTF_8);
    io(
        "write",
        target,
        files -> {
          PrivateStorage.make(files, root);
          WholeFile.write(files, target, text, fence);
          return null;
        });
  }

  /** Writes a file as JSON, like {@link #write}. */
  void writeJson(String name, Object value, Runnable fence) {
    write(name, JsonFile.GSON.toJson(value) + "\n", fence);
  }

  /** Creates the folder itself, for its owner alone, unless it exists. */
  void make() {
    io(
        "make",
        root,
        files -> {
          PrivateStorage.make(files, root);
          return null;
        });
  }

  /** Removes a file or a folder. */
  void drop(Path path) {
    io("remove", path, files -> files.delete(path, true));
  }
}
