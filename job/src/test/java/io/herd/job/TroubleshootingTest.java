package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Messages that submit/README.md explains are messages that appear. */
class TroubleshootingTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final int SHORTEST = 5; // what is left between two values says nothing

  /** Of Java, libc and libtorch. */
  private static final Set<String> FOREIGN =
      Set.of(
          "OutOfMemoryError: Java heap space",
          "DefaultCPUAllocator: can't allocate memory",
          "not found");

  private static List<String> messages() {
    String table = Documents.text("submit/README.md").split("## Troubleshooting", 0)[1];
    return table
        .lines()
        .filter(line -> line.startsWith("| "))
        .flatMap(line -> CODE.matcher(line.split("\\|", 0)[1]).results())
        .map(code -> code.group(1))
        .toList();
  }

  /** Literals of all sources, those that are added up as one. */
  private static String sources() {
    return Stream.concat(
            Documents.files(".java", 12).stream().filter(file -> file.contains("/src/main/")),
            Stream.of("submit/herd", "submit/machine"))
        .map(Documents::text)
        .collect(Collectors.joining("\n"))
        .replaceAll("\"\\s*\\+\\s*\"", "");
  }

  @Test
  void messages_thatAreExplained_areInTheSources() {
    String sources = sources();
    List<String> parts =
        messages().stream()
            .flatMap(message -> Stream.of(message.split("\\.\\.\\.")))
            .map(part -> part.replaceAll("^[ ,]+|[ ,]+$", ""))
            .filter(part -> part.length() > SHORTEST && !FOREIGN.contains(part))
            .toList();

    assertThat(parts).hasSizeGreaterThan(15);
    assertThat(parts).filteredOn(part -> !sources.contains(part)).isEmpty();
  }
}
