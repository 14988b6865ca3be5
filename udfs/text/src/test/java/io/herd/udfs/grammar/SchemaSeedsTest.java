package io.herd.udfs.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The seeds of {@link SchemaFuzzTest}, without the fuzzer: what is hostile ends soon. */
class SchemaSeedsTest {
  private static final Path SEEDS =
      Path.of("src/test/resources/io/herd/udfs/grammar/SchemaFuzzTestInputs");

  private static List<Path> seeds(String method) throws IOException {
    try (Stream<Path> files = Files.list(SEEDS.resolve(method))) {
      return files.sorted().toList();
    }
  }

  @Test
  void schema_seeds_areTakenOrRefused() throws IOException {
    List<Path> seeds = seeds("schema_anyText_isTakenOrRefused");
    assertThat(seeds).hasSizeGreaterThan(8);
    for (Path seed : seeds) {
      new SchemaFuzzTest().schema_anyText_isTakenOrRefused(Files.readAllBytes(seed));
    }
  }

  @Test
  void regex_seeds_areTakenOrRefused() throws IOException {
    List<Path> seeds = seeds("regex_anyText_isTakenOrRefused");
    assertThat(seeds).hasSizeGreaterThan(4);
    for (Path seed : seeds) {
      new SchemaFuzzTest().regex_anyText_isTakenOrRefused(Files.readAllBytes(seed));
    }
  }
}
