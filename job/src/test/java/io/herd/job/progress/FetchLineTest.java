package io.herd.job.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FetchLineTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private FetchLine line() {
    return new FetchLine(new PrintStream(bytes, true, StandardCharsets.UTF_8), 3_000_000_000L);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @AfterEach
  void noTerminal() {
    System.clearProperty("herd.terminal");
  }

  @Test
  void arrived_allThatIsExpected_endsTheLine() {
    FetchLine line = line();
    line.expected(2_000_000_000);
    line.arrived(500_000_000);
    assertThat(printed()).as("too early for a second line").isEmpty();
    line.arrived(1_500_000_000);
    assertThat(printed()).matches("fetch     2\\.00 of 2\\.00 GB, \\d+ MB/s, 0 s left\\n");
  }

  @Test
  void arrived_onATerminal_erasesWhatWasThere() {
    System.setProperty("herd.terminal", "true");
    line().arrived(3_000_000_000L);
    assertThat(printed()).startsWith("\r\u001b[Kfetch ").endsWith(" left\n");
  }
}
