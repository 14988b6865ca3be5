package io.herd.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.azure.account.key.store.blob.core.windows.net",
        "pwd",
        "passphrase",
        "private_key",
        "sfURL",
        "dremio.whatever",
        "kafka.sasl.jaas.config",
        "PASSWORD"
      })
  void options_nameThatNobodyKnows_isMasked(String name) {
    assertThat(ShownText.options(Map.of(name, "value-1"))).containsEntry(name, "****");
  }

  @Test
  void options_ofSparksFormats_areShown() {
    Map<String, String> options = Map.of("header", "true", "sep", ";", "timestampFormat", "yyyy");

    assertThat(ShownText.options(options)).isEqualTo(options);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:postgresql://h/db?user=u&password=p@ss | jdbc:postgresql://h/db?user=u&password=****",
        "jdbc:sqlserver://h;pwd=x;encrypt=true | jdbc:sqlserver://h;pwd=****;encrypt=true",
        "abfss://u:p@store/x | abfss://****@store/x",
        "s3 said GET https://b/k?X-Amz-Signature=abc&X-Amz-Date=1 | s3 said GET https://b/k?X-Amz-Signature=****&X-Amz-Date=1",
        "https://store/x?sv=1&sig=abc%3D | https://store/x?sv=1&sig=****",
        "Authorization: Bearer abcdefghijklmnopq was refused | Authorization: Bearer **** was refused",
      })
  void of_secretInAText_isMasked(String text, String shown) {
    assertThat(ShownText.of(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "raise herd.generate.max-new-tokens=64",
        "herd.hub.token-file=/run/secrets/hub can't be read",
        "the tokenizer=x of the model",
        "basic training",
        "Passwords are short"
      })
  void of_messageOfHerds_stays(String text) {
    assertThat(ShownText.of(text)).isEqualTo(text);
  }

  /** As {@code herd.input.sql = "... key = '"${DB_PASSWORD}"'"} leaves it. */
  @Test
  void of_valueOfASecretVariable_isMasked() {
    List<String> secrets =
        ShownText.secrets(
            Map.of(
                "DB_PASSWORD", "correct horse",
                "DB_PASSWORD_2", "correct horse battery",
                "SNOWFLAKE_PRIVATE_KEY", "MIIEvQ/nine+",
                "HF_TOKEN_PATH", "/run/secrets/hub",
                "TOKENIZERS_PARALLELISM", "some words",
                "API_TOKEN", "true"));

    assertThat(ShownText.of("user 'correct horse battery' or 'correct horse'", secrets))
        .isEqualTo("user '****' or '****'");
    assertThat(ShownText.of("k=MIIEvQ/nine+", secrets)).doesNotContain("nine");
    assertThat(ShownText.of("/run/secrets/hub: some words are true", secrets))
        .isEqualTo("/run/secrets/hub: some words are true");
  }
}
