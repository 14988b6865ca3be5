package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SECURITY.md names a test for each of its promises. */
class SecurityPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| [A-Z].* \\|.*\\|.*\\|$");

  private static Map<String, Path> tests() throws IOException {
    Map<String, Path> tests = new HashMap<>();
    for (Path module : List.of(ROOT.resolve("job"), ROOT.resolve("udfs"))) {
      try (Stream<Path> files = Files.walk(module)) {
        files
            .filter(file -> file.toString().matches(".*/src/test/java/.*(Test|IT)\\.java"))
            .forEach(file -> tests.put(file.getFileName().toString(), file));
      }
    }
    return tests;
  }

  @Test
  void securityPage_testsThatItNames_areThere() throws IOException {
    String page = Files.readString(ROOT.resolve("SECURITY.md"));
    Map<String, Path> tests = tests();
    List<MatchResult> named = NAMED.matcher(page).results().toList();

    assertThat(named).hasSizeGreaterThan(50);
    for (MatchResult test : named) {
      assertThat(tests).as("SECURITY.md").containsKey(test.group(1) + ".java");
      assertThat(Files.readString(tests.get(test.group(1) + ".java")))
          .contains("void " + test.group(2) + "(");
    }
  }

  @Test
  void securityPage_eachPromise_namesATest() throws IOException {
    String page = Files.readString(ROOT.resolve("SECURITY.md"));
    List<String> promises =
        ROW.matcher(page)
            .results()
            .map(MatchResult::group)
            .filter(row -> columns(row) == 3)
            .toList();

    assertThat(promises).hasSizeGreaterThan(25);
    assertThat(promises).allSatisfy(row -> assertThat(NAMED.matcher(row).find()).as(row).isTrue());
  }

  private static int columns(String row) {
    return row.substring(1).split("\\|", -1).length - 1;
  }
}
