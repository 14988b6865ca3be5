package io.herd.job.workdir;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads the small JSON files of a work-dir, which other drivers write, replace and remove
 * meanwhile.
 */
final class JsonFile {
  private JsonFile() {}

  /**
   * Reads a file. It is read before it is parsed: Gson would tell of storage that fails as it does
   * of text that is torn.
   */
  static <T> Optional<T> of(Gson gson, FileSystem files, Path path, Class<T> type)
      throws IOException {
    try (InputStream in = files.open(path)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.ofNullable(gson.fromJson(text, type));
    }
  }

  /** Reads a file; empty if it was written only in part. */
  static <T> Optional<T> ifWhole(Gson gson, FileSystem files, Path path, Class<T> type)
      throws IOException {
    try {
      return of(gson, files, path, type);
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  /** Reads a file; empty if it doesn't exist either. */
  static <T> Optional<T> ifThere(Gson gson, FileSystem files, Path path, Class<T> type)
      throws IOException {
    try {
      return ifWhole(gson, files, path, type);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
