package io.herd.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The seeds of {@link HoconFuzzTest}, without the fuzzer, and what is too deep for a seed. */
class HoconSeedsTest {
  private static final Path SEEDS =
      Path.of(
          "src/test/resources/io/herd/job/config/HoconFuzzTestInputs",
          "configuration_anyText_isReadOrItsProblemsAreListed");

  @TempDir Path folder;

  @Test
  void configuration_seeds_areReadOrTheirProblemsListed() throws IOException {
    try (Stream<Path> files = Files.list(SEEDS)) {
      List<Path> seeds = files.sorted().toList();
      assertThat(seeds).hasSizeGreaterThan(6);
      for (Path seed : seeds) {
        HoconFuzzTest.tried(folder, new String(Files.readAllBytes(seed), StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void configuration_hugeFile_isRefusedUnread() {
    assertThat(new ConfigurationFile(folder).problemsWith("#".repeat(HoconSource.MOST_BYTES)))
        .contains("run.conf is larger than the 16 MiB");
  }

  @Test
  @Timeout(60)
  void configuration_thatNestsDeeply_isAProblemAndNoCrash() {
    ConfigurationFile file = new ConfigurationFile(folder);

    assertThat(file.problemsWith("x = " + "[".repeat(200_000)))
        .contains("run.conf", "nests too deep");
    assertThat(file.problemsWith("x = " + "{a: ".repeat(200_000)))
        .contains("run.conf", "nests too deep");
  }
}
