package io.herd.udfs.hub;

import com.google.gson.JsonObject;
import io.herd.udfs.files.BoundedFile;
import io.herd.udfs.files.Links;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The statements in the card of a model or an adapter: the header of a repository's README.
 *
 * @param licence as it is written there, such as {@code llama3.2}
 */
public record ModelCard(Optional<String> licence) {
  private static final int MAX_BYTES = 4 << 20;
  private static final int LONGEST = 100;
  private static final Pattern LINES = Pattern.compile("\\A---\\R(.*?)\\R---", Pattern.DOTALL);
  private static final String LINE = "(?m)^%s:[ \\t]*[\"']?([^\\s\"'#]+)";

  /** Reads a folder's README.md. */
  public static ModelCard of(Path folder) {
    Path readme = folder.resolve("README.md");
    try {
      if (Files.isRegularFile(readme) && Links.stayInside(folder, readme)) {
        Matcher lines = LINES.matcher(BoundedFile.text(readme, MAX_BYTES));
        return lines.find() ? of(key -> line(lines.group(1), key)) : NONE;
      }
      return NONE;
    } catch (IOException | RuntimeException e) { // nothing that a run needs
      return NONE;
    }
  }

  /** Reads the Hub's answer. */
  static ModelCard of(JsonObject json) {
    return of(key -> Json.text(json, key));
  }

  /** A card without statements. */
  public static final ModelCard NONE = new ModelCard(Optional.empty());

  private interface Values {
    String of(String key);
  }

  /** A licence without an identifier on the Hub is {@code other}, with its own name. */
  private static ModelCard of(Values values) {
    String licence = values.of("license");
    String name = licence.equals("other") ? values.of("license_name") : "";
    String stated = name.isEmpty() ? licence : name;
    return new ModelCard(
        Optional.of(stated).filter(text -> !text.isEmpty() && text.length() <= LONGEST));
  }

  private static String line(String lines, String key) {
    Matcher line = Pattern.compile(LINE.formatted(key)).matcher(lines);
    return line.find() ? line.group(1) : "";
  }
}
