package io.herd.udfs.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The seeds of {@link SchemaFuzzTest}, without the fuzzer: hostile schemas end soon. */
class SchemaSeedsTest {
  private static final Path SEEDS =
      Path.of(
          "src/test/resources/io/herd/udfs/grammar/SchemaFuzzTestInputs",
          "schema_anyText_isTakenOrRefused");

  @Test
  void schema_seeds_areTakenOrRefused() throws IOException {
    try (Stream<Path> files = Files.list(SEEDS)) {
      List<Path> seeds = files.sorted().toList();
      assertThat(seeds).hasSizeGreaterThan(8);
      for (Path seed : seeds) {
        new SchemaFuzzTest().schema_anyText_isTakenOrRefused(Files.readAllBytes(seed));
      }
    }
  }
}
