package io.herd.job.workdir;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.herd.udfs.storage.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads the small JSON files of a work-dir, which other drivers write, replace and remove
 * meanwhile.
 */
final class JsonFile {
  /** The format of a work-dir's files, except the lease's. */
  static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .create();

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
  private static <T> Optional<T> ifWhole(Gson gson, FileSystem files, Path path, Class<T> type)
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

  /** Reads a file, or what a run that died while replacing it left; empty if neither exists. */
  static <T> Optional<T> orHalfReplaced(FileSystem files, Path file, Class<T> type)
      throws IOException {
    return files.exists(file) ? of(GSON, files, file, type) : halfReplaced(files, file, type);
  }

  /**
   * Reads the file that a run left when it died while replacing it, where a rename isn't atomic;
   * empty if it was incomplete.
   */
  private static <T> Optional<T> halfReplaced(FileSystem files, Path file, Class<T> type)
      throws IOException {
    if (!files.exists(file.getParent())) {
      return Optional.empty();
    }
    FileStatus[] left =
        files.listStatus(file.getParent(), path -> WholeFile.isHidden(file, path.getName()));
    Arrays.sort(left, Comparator.comparing(FileStatus::getModificationTime).reversed());
    for (FileStatus each : left) {
      Optional<T> whole = ifWhole(GSON, files, each.getPath(), type);
      if (whole.isPresent()) {
        return whole;
      }
    }
    return Optional.empty();
  }
}
