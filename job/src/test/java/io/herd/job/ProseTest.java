package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rejects phrases that readers had to decode, in Javadoc, comments, documents, help texts and
 * configurations, and Javadoc that begins at its neighbour.
 */
class ProseTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern COMMENT = Pattern.compile("^\\s*(/\\*\\*|\\*|//).*|.*\\s// .*");
  private static final Pattern JAVADOC = Pattern.compile("(?s)/\\*\\*(.*?)\\*/");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\* As \\{@link",
        "\\* As the other",
        "\\bwas told\\b|\\bbe told\\b",
        "\\bThe same\\b[ .,:]",
        "\\b[Ww]e\\b",
        "\\b[Oo]ur\\b"
      })
  void javadoc_hasNoPhraseThatNeedsDecoding(String phrase) throws IOException {
    assertThat(found(phrase, ProseTest::isMain, true)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\bThe same[.,:]",
        "\\b[Ll]ikewise\\b",
        "\\b(is|are|was|were|been) told\\b",
        "\\bso many\\b(?! failures)",
        "\\bhow it (got|gets) on\\b",
        "\\bhowever it ended\\b",
        "\\banew\\b",
        "\\blikeliest\\b",
        "\\bfor the eye\\b",
        "\\b(stands?|stood|standing) still\\b",
        "\\bgo(es)? on where\\b",
        "\\bis taken to (hang|be)\\b",
        "\\b(is|was|were) at hand\\b",
        "\\btold apart\\b",
        "\\bcomes? by (it|them|the)\\b",
        "\\b[Ww]hat becomes of\\b",
        "\\bdoes the like\\b",
        "\\bas ever\\b",
        "\\bthe way of the\\b",
        "\\b(mend|mends|mended)\\b",
        "\\b(is|are) whole\\b",
        "\\b[Hh]ears of\\b",
        "\\b[Tt]ells of\\b",
        "\\bmind the (space|blank)\\b",
        "\\bwhat it came to\\b",
        "\\bDoes (all|a few) rows\\b",
        "\\bof one's own\\b"
      })
  void text_hasNoPhraseThatNeedsDecoding(String phrase) throws IOException {
    List<String> all = found(phrase, ProseTest::isMain, true);
    all.addAll(found(phrase, ProseTest::isDocument, false));
    assertThat(all).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Of|As|Those|These|That|Its|So|Such|Beside|Likewise"})
  void javadoc_beginsWithItsOwnSubject(String beginning) throws IOException {
    Pattern banned = Pattern.compile("\\A(?:" + beginning + ")(?=\\s|\\z)");
    List<String> found = new ArrayList<>();
    for (Path file : files(ProseTest::isMain)) {
      Matcher javadoc = JAVADOC.matcher(Files.readString(file));
      while (javadoc.find()) {
        String text = javadoc.group(1).replaceAll("\\s*\\n\\s*\\* ?", " ").strip();
        if (banned.matcher(text).find()) {
          found.add(file + ": " + text);
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private static List<String> found(String phrase, Predicate<Path> which, boolean commentsOnly)
      throws IOException {
    Pattern banned = Pattern.compile(phrase);
    List<String> found = new ArrayList<>();
    for (Path file : files(which)) {
      for (String line : Files.readAllLines(file)) {
        if ((!commentsOnly || COMMENT.matcher(line).matches()) && banned.matcher(line).find()) {
          found.add(file + ": " + line.strip());
        }
      }
    }
    return found;
  }

  private static List<Path> files(Predicate<Path> which) {
    return Documents.files("", Integer.MAX_VALUE).stream()
        .map(ROOT::resolve)
        .filter(which)
        .toList();
  }

  private static boolean isMain(Path file) {
    String path = path(file);
    return path.contains("/src/main/java/") && path.endsWith(".java");
  }

  /** Finds what users read; the log of measurements keeps its words. */
  private static boolean isDocument(Path file) {
    String path = path(file);
    return !path.matches(".*/LOG\\.md")
        && path.matches(".*\\.md|.*/conf/[^/]*\\.conf|.*/submit/help/.*\\.txt|.*/submit/[a-z]+");
  }

  private static String path(Path file) {
    return file.toString().replace('\\', '/');
  }
}
