package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The seeds of {@link HubAnswersFuzzTest}, without the fuzzer, and what is too long for a seed. */
class HubAnswersSeedsTest {
  private static final Path SEEDS =
      Path.of(
          "src/test/resources/io/herd/udfs/hub/HubAnswersFuzzTestInputs",
          "answer_anyBytes_isReadOrRefused");

  @Test
  void answer_seeds_areReadOrRefused() throws IOException {
    try (Stream<Path> files = Files.list(SEEDS)) {
      List<Path> seeds = files.sorted().toList();
      assertThat(seeds).hasSizeGreaterThan(6);
      for (Path seed : seeds) {
        new HubAnswersFuzzTest().answer_anyBytes_isReadOrRefused(Files.readAllBytes(seed));
      }
    }
  }

  @Test
  void answer_namesOfAMillionCharacters_areNotRepeatedInMessages() {
    String name = "x".repeat(1_000_000);
    for (String answer :
        List.of(
            "[{\"type\": \"file\", \"path\": \"" + name + "\", \"size\": 1, \"oid\": \"0\"}]",
            "{\"id\": \"" + name + "\", \"sha\": \"" + name + "\", \"name\": \"" + name + "\"}",
            "{\"error\": \"" + name + "\"}",
            name)) {
      new HubAnswersFuzzTest()
          .answer_anyBytes_isReadOrRefused(("\n" + answer).getBytes(StandardCharsets.UTF_8));
    }
  }
}
