package io.herd.udfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventTest {
  @Test
  void with_plainWords_areBare() {
    assertThat(Event.of("step_ended").with("step", "generate").with("seconds", 1.5))
        .hasToString("event=step_ended step=generate seconds=1.5");
  }

  @Test
  void with_anyText_staysOneValueInOneLine() {
    assertThat(Event.of("row_failed").with("reason", "a \"b\"\nevent=fake c=\\").with("x", ""))
        .hasToString("event=row_failed reason=\"a \\\"b\\\"\\nevent=fake c=\\\\\" x=\"\"");
  }
}
