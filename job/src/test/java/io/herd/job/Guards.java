package io.herd.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Tiny models with chat templates of Llama Guard's kinds. */
final class Guards {
  static final Path ALL = Path.of("../udfs/test-resources/guard").toAbsolutePath().normalize();

  private Guards() {}

  /** The folder of one, below a directory. */
  static Path in(Path directory, String template) {
    Path model =
        ALL.resolve(
            switch (template) {
              case "guard1" -> "llama2";
              case "guard4-parts" -> "llama4";
              default -> "llama3";
            });
    try (Stream<Path> files = Files.list(model)) {
      Path folder = Files.createDirectories(directory.resolve("guard"));
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
      Files.copy(ALL.resolve(template + ".jinja"), folder.resolve("chat_template.jinja"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
