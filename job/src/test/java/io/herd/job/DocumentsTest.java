package io.herd.job;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What documents say of other files is so. */
class DocumentsTest {
  private static final Set<String> LANGUAGES =
      Set.of("bash", "hocon", "java", "python", "sql", "text");

  /** Such as "submit/README.md, On GPUs" in a message or a comment. */
  private static final Pattern POINTER =
      Pattern.compile("([\\w./-]*[A-Z]+\\.md), ([A-Z][\\w ]*\\w)(?=[).,;\"]|$)");

  private static final Pattern OPTION = Pattern.compile("-([DP])([\\w.-]+)|-pl ([\\w/,]+)");

  static List<Documents.Block> excerpts() {
    return Stream.of("java", "python")
        .flatMap(language -> Documents.in(language).stream())
        // PySparkIT and PythonPackageIT run those as they stand
        .filter(block -> !Set.of("README.md", "udfs/python/README.md").contains(block.file()))
        .toList();
  }

  @Test
  void firstPage_anyTime_isReadInAMinute() {
    assertThat(Documents.text("README.md").lines().count()).isLessThanOrEqualTo(150);
  }

  @Test
  void blocks_ofAllDocuments_sayWhatTheyAre() {
    assertThat(Documents.blocks())
        .hasSizeGreaterThan(20)
        .allSatisfy(block -> assertThat(block.language()).as(block.place()).isIn(LANGUAGES));
  }

  @ParameterizedTest
  @MethodSource("excerpts")
  void excerpt_ofAProgram_isInItAsItStands(Documents.Block block) throws Exception {
    String end = block.language().equals("java") ? "java" : "py";
    Matcher link = Pattern.compile("\\]\\(([\\w./]+\\." + end + ")\\)").matcher(block.before());
    String program = link.results().reduce((first, last) -> last).orElseThrow().group(1);
    String file = Files.readString(Documents.ROOT.resolve(block.file()).resolveSibling(program));

    assertThat(oneLine(file)).as(program).contains(oneLine(block.text()));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  /** Errors and comments send readers to documents: the heading must be there. */
  @Test
  void pointers_toDocuments_nameAHeading() {
    List<String> sources =
        Stream.of(".java", ".conf", ".py", ".txt", ".yaml", "submit/herd", "submit/init")
            .flatMap(end -> sources(end).stream())
            .toList();
    long found = 0;
    for (String source : sources) {
      String words = Documents.text(source).replaceAll("\"\\s*\\+\\s*\"|\\s*\\n\\s*[#*]? *", " ");
      for (MatchResult pointer : POINTER.matcher(words).results().toList()) {
        assertThat(headings(pointer.group(1))).as(source).contains(pointer.group(2));
        found++;
      }
    }
    assertThat(found).isGreaterThan(2);
  }

  private static List<String> sources(String end) {
    return Documents.files(end, 12).stream().filter(file -> !file.contains("/test/")).toList();
  }

  private static List<String> headings(String document) {
    return Documents.text(document)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ ", ""))
        .toList();
  }

  /** Maven ignores a profile or a property that nobody reads. */
  @Test
  void maven_optionsInDocuments_areRead() {
    Set<String> poms = Documents.files("pom.xml").stream().map(Documents::text).collect(toSet());
    String tests =
        sourcesOfTests().stream().map(Documents::text).reduce("", (all, one) -> all + one);
    String read = String.join("", poms) + tests;
    long found = 0;
    for (String document : Documents.all()) {
      for (MatchResult call : mvnw(document)) {
        for (MatchResult option : OPTION.matcher(call.group()).results().toList()) {
          assertThat(isRead(option, read)).as("%s: %s", document, option.group()).isTrue();
          found++;
        }
      }
    }
    assertThat(found).isGreaterThan(10);
  }

  private static List<MatchResult> mvnw(String document) {
    return Pattern.compile("\\./mvnw [^`#\\n]*")
        .matcher(Documents.text(document))
        .results()
        .toList();
  }

  private static List<String> sourcesOfTests() {
    return Documents.files(".java", 12).stream().filter(file -> file.contains("/test/")).toList();
  }

  private static boolean isRead(MatchResult option, String read) {
    if (option.group(3) != null) {
      return Stream.of(option.group(3).split(",", 0))
          .allMatch(module -> Files.exists(Documents.ROOT.resolve(module).resolve("pom.xml")));
    }
    String name = option.group(2).replaceFirst("=.*", "");
    boolean ofSurefire = name.equals("test") || name.startsWith("surefire.");
    String in = option.group(1).equals("P") ? "<id>" + name + "</id>" : name;
    return ofSurefire || read.contains(in);
  }
}
