package io.herd.udfs;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The tiny models of {@code test-resources/tiny-random}, and what transformers makes of them. */
public final class TinyRandom {
  public static final String GROUPED = "llama3-grouped";

  /** One prompt with what follows it. */
  public record Case(int[] ids, int[] greedy, float[] last_logits) {}

  private TinyRandom() {}

  public static Path folder(String variant) {
    return Path.of("../test-resources/tiny-random", variant);
  }

  public static List<Case> cases(String variant) {
    try {
      String json = Files.readString(folder(variant).resolve("expected.json"));
      return new Gson().fromJson(json, new TypeToken<List<Case>>() {}.getType());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a variant, to be damaged. */
  public static Path copy(String variant, Path to) {
    try (Stream<Path> files = Files.list(folder(variant))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
