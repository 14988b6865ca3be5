package io.herd.job.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A configuration file in a directory of its own, named run.conf. */
record ConfigurationFile(Path directory) {
  /** The least that a run needs, on one line each. */
  static final String LEAST =
      """
      herd.model.id = "owner/model"
      herd.input { format = json, path = "in.jsonl" }
      herd.prompt.column = "text"
      herd.output.path = "out"
      herd.run.work-dir = "work"
      """;

  Settings read(String text, String... overrides) {
    try {
      Files.writeString(directory.resolve("run.conf"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SettingsReader.read(Path.of("run.conf"), List.of(overrides), directory);
  }

  /** The message about a file that is wrong. */
  String problems(String text, String... overrides) {
    UserException thrown = catchThrowableOfType(UserException.class, () -> read(text, overrides));
    return thrown == null ? "no problem" : thrown.getMessage();
  }

  /** The message about additions to a file that is right. */
  String problemsWith(String addition, String... overrides) {
    return problems(LEAST + addition, overrides);
  }
}
