package io.herd.udfs.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The seeds of {@link TemplateFuzzTest}, without the fuzzer. */
class TemplateSeedsTest {
  private static final Path SEEDS =
      Path.of(
          "src/test/resources/io/herd/udfs/template/TemplateFuzzTestInputs",
          "template_anyText_isRenderedOrRefused");

  @Test
  void template_seeds_areRenderedOrRefused() throws IOException {
    try (Stream<Path> files = Files.list(SEEDS)) {
      List<Path> seeds = files.sorted().toList();
      assertThat(seeds).hasSizeGreaterThan(4);
      for (Path seed : seeds) {
        new TemplateFuzzTest().template_anyText_isRenderedOrRefused(Files.readAllBytes(seed));
      }
    }
  }
}
