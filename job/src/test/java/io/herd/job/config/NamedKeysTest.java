package io.herd.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Messages of {@code udfs} name keys as plain text, because it doesn't know this package. */
class NamedKeysTest {
  private static final Path UDFS = Path.of("../udfs");
  private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\\n]|\\\\.)*\"");

  /** With the first word, or as the prompt's parts name them, without. */
  private static final Pattern KEY =
      Pattern.compile("(?<![\\w./-])(?:herd\\.(?!udfs)[a-z-]+|prompt)(?:\\.[a-z]+(?:-[a-z]+)*)+");

  @Test
  void messages_ofUdfs_nameOnlyKeysThatThereAre() throws IOException {
    List<String> named;
    try (Stream<Path> files = Files.walk(UDFS)) {
      named =
          files
              .filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
              .flatMap(NamedKeysTest::keys)
              .distinct()
              .toList();
    }

    assertThat(named).hasSizeGreaterThan(15);
    assertThat(named).allMatch(key -> Keys.owner(key).isPresent() || Keys.groups().contains(key));
  }

  private static Stream<String> keys(Path source) {
    try {
      return TEXT.matcher(Files.readString(source))
          .results()
          .map(MatchResult::group)
          .flatMap(text -> KEY.matcher(text).results())
          .map(key -> key.group().startsWith("herd.") ? key.group() : "herd." + key.group());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
