package io.herd.job.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlainConsoleTest {
  private static final String TITLE = "ü\u001b]0;x\u0007\n";

  static Stream<Consumer<PrintStream>> ways() {
    return Stream.of(
        out -> out.print(TITLE),
        out -> out.print((Object) TITLE),
        out -> out.print(TITLE.toCharArray()),
        out -> TITLE.chars().forEach(character -> out.print((char) character)),
        out -> out.printf("%s", TITLE),
        out -> out.append(TITLE),
        out -> out.append("-" + TITLE + "-", 1, 1 + TITLE.length()),
        out -> out.println(TITLE.strip()),
        out -> out.println((Object) TITLE.strip()),
        out -> out.println(TITLE.strip().toCharArray()));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void print_escapeSequence_isPlain(Consumer<PrintStream> print) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    print.accept(PlainConsole.over(new PrintStream(bytes, true, UTF_8)));

    assertThat(bytes.toString(UTF_8)).isEqualTo("ü?]0;x?\n");
  }
}
