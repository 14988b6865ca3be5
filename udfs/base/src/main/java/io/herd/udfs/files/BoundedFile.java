package io.herd.udfs.files;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads untrusted files up to a maximum size, so that none can exhaust memory. */
public final class BoundedFile {
  private BoundedFile() {}

  /**
   * Reads a file's text; bytes that aren't UTF-8 become U+FFFD.
   *
   * @throws UserException naming the file, when it is longer than that
   * @throws IOException when it can't be read, or is a folder, a pipe or a device
   */
  public static String text(Path file, int maxBytes) throws IOException {
    return text(
        file, maxBytes, "check where the model comes from; those of real models are much smaller.");
  }

  /**
   * Reads a file's text; errors carry the given remedy.
   *
   * @param remedy what to do when it is longer
   */
  public static String text(Path file, int maxBytes, String remedy) throws IOException {
    if (!Files.isRegularFile(file)) { // a pipe would be waited for
      throw Files.exists(file)
          ? new IOException(file + " is not a regular file")
          : new NoSuchFileException(file.toString());
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new UserException(
            file + " is larger than the " + (maxBytes >> 20) + " MiB that such a file may have",
            remedy);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /**
   * Reads a file's JSON object.
   *
   * @param remedy what to do when it is none
   * @throws UserException naming the file, when it is longer than that or no JSON object
   * @throws IOException as {@link #text}
   */
  public static JsonObject json(Path file, int maxBytes, String remedy) throws IOException {
    try {
      return JsonParser.parseString(text(file, maxBytes)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new UserException(file + " is not a JSON object", remedy, e);
    }
  }
}
