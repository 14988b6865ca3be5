package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Java writes beside a program whose native code fails, where everyone may read it. */
class CrashFileTest {
  private static final String TOKEN = "hf_CanaryCanaryCanaryCanaryCanaryCan";

  /** A program that only waits. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] arguments) throws InterruptedException {
      System.out.println("waits");
      Thread.sleep(60_000);
    }
  }

  @Test
  @Timeout(60)
  void crash_tokenInTheEnvironment_isNotInJavasFile(@TempDir Path directory) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-CreateCoredumpOnCrash",
            "-cp",
            System.getProperty("java.class.path"),
            Waiting.class.getName());
    builder.environment().put("HF_TOKEN", TOKEN);
    Process process = builder.directory(directory.toFile()).redirectErrorStream(true).start();
    BufferedReader said = process.inputReader();
    assertThat(said.lines().anyMatch("waits"::equals)).isTrue(); // java's own words come too early
    new ProcessBuilder("kill", "-SEGV", Long.toString(process.pid())).start().waitFor();
    said.lines().forEach(line -> {});
    process.waitFor();

    try (Stream<Path> files = Files.list(directory)) {
      List<Path> written = files.toList();
      assertThat(written).hasSize(1);
      assertThat(Files.readString(written.get(0)))
          .contains("SIGSEGV", "Environment Variables:", "PATH=")
          .doesNotContain(TOKEN);
    }
  }
}
