package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** conf/MODELS.md says of each repository of meta-llama what becomes of it. */
class ModelsPageTest {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern ID = Pattern.compile("`(meta-llama/[^`]+)`");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("conf/MODELS.md"));
  }

  /** Rows of the table below a heading, as columns. */
  private static List<String[]> rows(String heading) throws IOException {
    String section = page().split("(?m)^## " + heading + "$", -1)[1].split("(?m)^## ", -1)[0];
    return section
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(1).split("\\|"))
        .toList();
  }

  private static List<String> ids(String text) {
    return ID.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static Set<String> running() throws IOException {
    return rows("Runs").stream()
        .flatMap(row -> ids(row[0]).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void runs_eachRepository_passes() throws IOException {
    assertThat(running()).hasSizeGreaterThan(40);
    for (String id : running()) {
      for (String type : List.of("", "llama")) {
        assertThatCode(() -> Family.check(RepoId.of(id), type)).doesNotThrowAnyException();
      }
    }
  }

  @Test
  void refused_eachRepository_namesWhatToTake() throws IOException {
    List<String[]> rows = rows("Refused");
    assertThat(rows.stream().mapToInt(row -> ids(row[0]).size()).sum()).isGreaterThan(20);
    for (String[] row : rows) {
      String instead = ids(row[2]).get(0);
      assertThat(running()).contains(instead);
      for (String id : ids(row[0])) {
        assertThatExceptionOfType(UserException.class)
            .isThrownBy(() -> Family.check(RepoId.of(id), ""))
            .withMessageStartingWith(id + " is not supported: ")
            .withMessageContaining("What to do: choose " + instead)
            .satisfies(refusal -> assertThat(afterName(refusal, instead)).containsAnyOf(".", ","));
      }
    }
  }

  private static String afterName(UserException refusal, String name) {
    String message = refusal.getMessage();
    int end = message.indexOf("choose " + name) + ("choose " + name).length();
    return message.substring(end, end + 1);
  }

  @Test
  void page_testsThatItNames_areThere() throws IOException {
    Set<String> sources = new TreeSet<>();
    List<MatchResult> named = TEST.matcher(page()).results().toList();
    assertThat(named).hasSizeGreaterThan(10);
    for (MatchResult test : named) {
      try (Stream<Path> files = Files.walk(ROOT, 12)) {
        List<Path> found =
            files
                .filter(file -> file.toString().contains("/src/test/java/"))
                .filter(file -> file.getFileName().toString().equals(test.group(1) + ".java"))
                .toList();
        assertThat(found).as(test.group()).hasSize(1);
        assertThat(Files.readString(found.get(0))).contains("void " + test.group(2) + "(");
        sources.add(found.get(0).toString());
      }
    }
    assertThat(sources).isNotEmpty();
  }
}
