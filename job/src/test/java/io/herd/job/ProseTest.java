package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Phrases that readers had to decode, by which Javadoc leans on its neighbour or says nothing. */
class ProseTest {
  private static final Pattern COMMENT = Pattern.compile("^\\s*(/\\*\\*|\\*|//).*|.*\\s// .*");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\bThe same\\b[ .,:]",
        "\\* As \\{@link",
        "\\* As the other",
        "\\b[Ll]ikewise\\b",
        "\\b(is|are|was|were|been|be) told\\b",
        "\\bso many\\b",
        "\\bhow it (got|gets) on\\b",
        "\\bhowever it ended\\b",
        "\\b[Ww]e\\b",
        "\\b[Oo]ur\\b"
      })
  void javadoc_hasNoPhraseThatNeedsDecoding(String phrase) throws IOException {
    Pattern banned = Pattern.compile(phrase);
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file : files.filter(ProseTest::isMain).toList()) {
        for (String line : Files.readAllLines(file)) {
          if (COMMENT.matcher(line).matches() && banned.matcher(line).find()) {
            found.add(file + ": " + line.strip());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private static boolean isMain(Path file) {
    String path = file.toString().replace('\\', '/');
    return path.contains("/src/main/java/") && path.endsWith(".java");
  }
}
