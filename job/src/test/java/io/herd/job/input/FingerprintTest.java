package io.herd.job.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.udfs.files.Digests;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.text.Examples;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FingerprintTest {
  private static final Path SAMPLES = Path.of("src/test/resources/settings").toAbsolutePath();
  private static final String MANIFEST =
      new Digests.Builder().text("model.safetensors").text("weights of A").hex();

  private static String fingerprint(String sample, Examples examples, String... overrides) {
    Settings settings =
        SettingsReader.read(
            SAMPLES.resolve(sample + ".conf"), List.of(overrides), Path.of("/caller"));
    return Fingerprint.first(settings, examples, MANIFEST, "bfloat16");
  }

  /** The literals are those of commit c0550da: unfinished runs are found by them. */
  @ParameterizedTest
  @CsvSource({
    "generating, 82231a6f6f8cea87a6a741c348e18e8b080aa78794ae0ddbb278f03d27c0c605",
    "chatting, 4016f9802421f8f2d13f7ed042a77e50d5540ab07edcdc148d98e1488baf0241",
    "labels, 7eac3b146c751243b08a648da996267ac7329aad5214d548a3f058d0e95adc45",
    "questions, bce9334c9455c4c8b3960748bb90b2917db5e006d0d52bc38f5b1784d30a4dde",
    "formats, 7257e5e72f93b7f7df4e3c1524f0fed4902b27ed3e6664fb7eb232b399ed6dbf",
    "query, b0d181dae954aa143915c4e90c4b8300f9f683ad34e756566abf55c4e4c32f5f",
    "choice, 5d1d85fa9ff63d8d8e0a2c6f34888829f9ac901908b099910e3c5e7f72112a11",
    "regex, 524ac34e3b47068f6d7adddb63b628a7f75c0017031fe4075a633da2103d5a84",
  })
  void of_settingsOfEarlierVersions_isWhatItWas(String sample, String digest) {
    assertThat(fingerprint(sample, Examples.NONE)).isEqualTo(digest);
  }

  @Test
  void of_examplesOfEarlierVersions_isWhatItWas() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("text", "Great, {a=b}!");
    row.put("n", 3L);
    row.put("f", 0.1f);
    row.put("d", 1e10);
    row.put("dec", new BigDecimal("1.50"));
    row.put("none", null);
    row.put("ok", true);
    row.put("tags", Arrays.asList("x", null, 2));
    row.put("map", Map.of("k", List.of(1, 2)));
    row.put("struct", Map.of("s", "v"));
    Examples examples = new Examples(" {{ label }}", List.of(row, Map.of("text", "Bad")));

    assertThat(fingerprint("chatting", examples))
        .isEqualTo("7e190cbe326df29efa81d8fd4479f571fd82b95869bf87b4a55894e50bec43c3");
  }

  @ParameterizedTest
  @CsvSource({
    "herd.input.sql=SELECT 1 AS text, false",
    "herd.gold-column=other, false",
    "herd.engine.slots=5, false",
    "herd.output.table=other, true",
    "herd.run.checkpoint.rows=7, true",
    "herd.model.distribution=hub, true",
  })
  void of_anotherSetting_changesItWhereItDecidesRows(String override, boolean equal) {
    String before = fingerprint("query", Examples.NONE);

    String after = fingerprint("query", Examples.NONE, override);

    assertThat(after.equals(before)).isEqualTo(equal);
  }

  private static String whole(String template, String zone, String... overrides) {
    Settings settings =
        SettingsReader.read(SAMPLES.resolve("query.conf"), List.of(overrides), Path.of("/caller"));
    ModelManifest model =
        new ModelManifest(
            "m",
            "local",
            List.of(
                new ModelManifest.Entry("chat_template.jinja", 9, template, null),
                new ModelManifest.Entry("model.safetensors", 9, "weights", null)));
    return Fingerprint.of(settings, Examples.NONE, model, "bfloat16", zone);
  }

  @Test
  void of_whatPromptsAreMadeWith_changesIt() {
    String before = whole("t1", "UTC");

    assertThat(whole("t1", "UTC")).isEqualTo(before);
    assertThat(whole("t2", "UTC")).isNotEqualTo(before);
    assertThat(whole("t1", "Asia/Tokyo")).isNotEqualTo(before);
  }

  /** Both are shown as {@code ://****@}. */
  @Test
  void of_usersInTexts_areTold() {
    String anna = "herd.input.sql=\"SELECT 'https://anna@x' AS text\"";
    String bert = "herd.input.sql=\"SELECT 'https://bert@x' AS text\"";

    assertThat(whole("t1", "UTC", anna)).isNotEqualTo(whole("t1", "UTC", bert));
    assertThat(fingerprint("query", Examples.NONE, anna))
        .as("as 0.1.0 had it")
        .isEqualTo(fingerprint("query", Examples.NONE, bert));
  }
}
