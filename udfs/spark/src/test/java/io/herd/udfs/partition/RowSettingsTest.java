package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.RowException;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.sample.Sampling;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowSettingsTest {
  private static final GenerateSettings GREEDY = run(0, null);

  private static GenerateSettings run(double temperature, Format format) {
    return new GenerateSettings(9, 0, false, List.of(), 7, Sampling.at(temperature), 1, 0, format);
  }

  private static RowSettings of(String json) {
    return RowSettings.of(json);
  }

  private static String beside(String json, GenerateSettings run) {
    RowSettings own = of(json).beside(run);
    return own == null ? null : own.text();
  }

  @Test
  void beside_whatTheRunHasOrWhatDoesNothing_isLeftOut() {
    assertThat(beside("{\"max_tokens\": 3}", GREEDY)).isNull();
    assertThat(beside("{\"temperature\": 0, \"seed\": 1, \"top_p\": 0.5}", GREEDY)).isNull();
    assertThat(beside("{\"temperature\": 0.5, \"min_p\": 0.0}", run(0.5, null))).isNull();
    assertThat(beside("{\"seed\": 7}", run(0.5, null))).isEqualTo("{\"seed\":7}");
    assertThat(beside("{\"top_k\": 5, \"temperature\": 0.5}", GREEDY))
        .isEqualTo("{\"temperature\":0.5,\"top_k\":5}");
    assertThat(beside("{\"repetition_penalty\": 1.1, \"top_k\": 5}", GREEDY))
        .isEqualTo("{\"repetition_penalty\":1.1}");
  }

  @Test
  void in_ownOnes_takeTheRunsPlaces() {
    RowSettings own =
        of("{\"temperature\": 0.5, \"seed\": 3, \"stop\": [\"x\"], \"presence_penalty\": 1}");
    assertThat(own.in(GREEDY))
        .isEqualTo(
            new GenerateSettings(
                9, 0, false, List.of("x"), 3, new Sampling(0.5, 0, 1, 0, 1, 1, 0), 1, 0));
    assertThat(of("{\"schema\": \"{}\"}").in(GREEDY).format()).isEqualTo(Format.jsonSchema("{}"));
  }

  @Test
  void drawn_ownSeed_isTheSameForEqualRequests() {
    RowSettings own = of("{\"temperature\": 0.5, \"seed\": 3}");
    assertThat(own.drawn(own.in(GREEDY), "a")).isEqualTo(own.drawn(own.in(GREEDY), "b"));
    RowSettings none = of("{\"temperature\": 0.5}");
    assertThat(none.drawn(none.in(GREEDY), "a")).isEqualTo("7 a");
    assertThat(of("{\"top_k\": 1}").drawn(GREEDY, "a")).isNull();
  }

  @Test
  void beside_contradictions_failTheRow() {
    Format format = Format.regex("a");
    assertThatThrownBy(() -> of("{\"schema\": \"{}\"}").beside(run(0, format)))
        .isInstanceOf(RowException.class)
        .hasMessage("the row has a format of its own, and herd.format is set");
    assertThatThrownBy(() -> of("{\"stop\": [\"a\"]}").beside(run(0, format)))
        .isInstanceOf(RowException.class)
        .hasMessageStartingWith("a text with a format ends where the format does");
    assertThatThrownBy(() -> of("{\"schema\": \"{\\\"contains\\\": 1}\"}").check())
        .isInstanceOf(RowException.class)
        .hasMessageStartingWith("response_format can't be kept to: ")
        .hasMessageContaining("contains");
  }

  @Test
  void text_andBack_isTheSame() {
    RowSettings all =
        new RowSettings(
            null, 1, 0.25, 2, 0.5, 0.75, 1.5, -1.0, 2.0, Long.MIN_VALUE, List.of("<a>"), "{}");
    assertThat(RowSettings.of(all.text())).isEqualTo(all);
    assertThat(all.text()).contains("<a>");
  }
}
