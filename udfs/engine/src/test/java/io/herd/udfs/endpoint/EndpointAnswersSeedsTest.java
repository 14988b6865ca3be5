package io.herd.udfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The seeds of {@link EndpointAnswersFuzzTest}, without the fuzzer, and odd lists of models. */
class EndpointAnswersSeedsTest {
  private static final Path SEEDS =
      Path.of(
          "src/test/resources/io/herd/udfs/endpoint/EndpointAnswersFuzzTestInputs",
          "answer_anyBytes_isReadOrRefused");

  @Test
  void answer_seeds_areReadOrRefused() throws IOException {
    try (Stream<Path> files = Files.list(SEEDS)) {
      List<Path> seeds = files.sorted().toList();
      assertThat(seeds).hasSizeGreaterThan(10);
      for (Path seed : seeds) {
        new EndpointAnswersFuzzTest().answer_anyBytes_isReadOrRefused(Files.readAllBytes(seed));
      }
    }
  }

  @Test
  void answer_messageOfAMillionCharacters_isCutShort() {
    String text = "{\"error\": {\"message\": \"" + "x".repeat(1_000_000) + "\"}}";
    new EndpointAnswersFuzzTest()
        .answer_anyBytes_isReadOrRefused(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void served_namesThatCantBe_areNone() {
    for (String name : List.of("x".repeat(1_000_000), "a\u001b[31mb", "")) {
      try (FakeServer server = new FakeServer().serve(name)) {
        assertThatThrownBy(() -> Endpoints.served(List.of(server.url()), null, Optional.empty()))
            .isInstanceOf(UserException.class)
            .hasMessageEndingWith("write the name of one of them into herd.engine.model.")
            .message()
            .hasSizeLessThan(500);
      }
    }
  }
}
