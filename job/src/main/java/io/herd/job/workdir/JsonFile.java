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

/** The small JSON files of a work-dir, which others write, replace and remove meanwhile. */
final class JsonFile {
  private JsonFile() {}

  /**
   * What a file says. It is read before it is parsed: Gson would tell of storage that fails as it
   * does of text that is torn.
   */
  static <T> Optional<T> of(Gson gson, FileSystem files, Path path, Class<T> type)
      throws IOException {
    try (InputStream in = files.open(path)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.ofNullable(gson.fromJson(text, type));
    }
  }

  /** What a file says; nothing where it was written in part. */
  static <T> Optional<T> ifWhole(Gson gson, FileSystem files, Path path, Class<T> type)
      throws IOException {
    try {
      return of(gson, files, path, type);
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  /** What a file says; nothing where it isn't there either. */
  static <T> Optional<T> ifThere(Gson gson, FileSystem files, Path path, Class<T> type)
      throws IOException {
    try {
      return ifWhole(gson, files, path, type);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
