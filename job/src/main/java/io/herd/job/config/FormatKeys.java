package io.herd.job.config;

import io.herd.udfs.UserException;
import io.herd.udfs.grammar.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@code herd.format}, and checks it as far as is possible without a model. */
final class FormatKeys {
  private final Values values;
  private final CallerPaths paths;
  private final Problems problems;

  FormatKeys(Values values, CallerPaths paths, Problems problems) {
    this.values = values;
    this.paths = paths;
    this.problems = problems;
  }

  /**
   * Returns the format; empty if none is set or a problem was found. A schema's text takes the
   * place of its file's path among the values.
   */
  Optional<Format> read() {
    Optional<Format> regex = values.find(Keys.FORMAT_REGEX).map(Format::regex);
    if (regex.isPresent()) {
      return checked(regex.get(), Keys.FORMAT_REGEX);
    } else if (!values.get(Keys.FORMAT_CHOICE).isEmpty()) {
      return checked(Format.choice(values.get(Keys.FORMAT_CHOICE)), Keys.FORMAT_CHOICE);
    }
    return values
        .find(Keys.FORMAT_JSON_SCHEMA)
        .flatMap(this::schema)
        .flatMap(schema -> checked(Format.jsonSchema(schema), Keys.FORMAT_JSON_SCHEMA));
  }

  private Optional<String> schema(String textOrPath) {
    if (SchemaType.isJson(textOrPath)) {
      return Optional.of(textOrPath);
    }
    Path file = paths.opened(textOrPath);
    try {
      String schema = Files.readString(file);
      values.replace(Keys.FORMAT_JSON_SCHEMA, schema);
      return Optional.of(schema);
    } catch (IOException e) {
      problems.add(
          values.place(Keys.FORMAT_JSON_SCHEMA),
          "%s: the file %s can't be read (%s). %s"
              .formatted(
                  Keys.FORMAT_JSON_SCHEMA.path(),
                  file,
                  e.getClass().getSimpleName(),
                  Keys.FORMAT_JSON_SCHEMA.allowed()));
      return Optional.empty();
    }
  }

  private Optional<Format> checked(Format format, Key<?> key) {
    try {
      format.check();
      return Optional.of(format);
    } catch (UserException e) {
      problems.add(values.place(key), e.getMessage());
      return Optional.empty();
    }
  }
}
