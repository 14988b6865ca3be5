package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepoIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "meta-llama/Llama-3.2-1B", "a_b/c.d", " a/b\n", "_a/b_"})
  void of_idOfTheHub_isTaken(String text) {
    assertThat(RepoId.of(text)).hasToString(text.strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b/c",
        "/a",
        "a/",
        "-a/b",
        "a/b-",
        "a/.b",
        "a./b",
        "a--b/c",
        "a/b..c",
        "a/b.git",
        "a b/c",
        "a/b?x",
        "a\\b",
        "https://huggingface.co/a/b",
        "\u00e4/b",
        "a/%2e",
        "a\n/b"
      })
  void of_anythingElse_saysHowItIsWritten(String text) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> RepoId.of(text))
        .withMessageContaining("owner/name");
  }

  @ParameterizedTest
  @CsvSource({
    "meta-llama/Llama-2-7b-chat-hf, Llama 2",
    "meta-llama/Meta-Llama-3-8B, Llama 3",
    "meta-llama/Llama-3.1-8B-Instruct, Llama 3.1",
    "meta-llama/Llama-3.2-1B, Llama 3.2",
    "meta-llama/Llama-3.3-70B-Instruct, Llama 3.3",
    "meta-llama/Llama-4-Scout-17B-16E, Llama 4",
    "openlm/llama-3b, ",
    "x/llama-13b, ",
    "HuggingFaceTB/SmolLM2-135M, "
  })
  void family_ofAnId_isNamed(String id, String family) {
    assertThat(Family.of(RepoId.of(id))).isEqualTo(Optional.ofNullable(family));
  }

  @ParameterizedTest
  @CsvSource({
    "meta-llama/Llama-4-Maverick-17B-128E, '', Llama 4",
    "someone/model, llama4_text, Llama 4",
    "someone/Llama-4-Scout-tuned, llama4, Llama 4",
    "someone/model, mistral, mistral",
    "someone/model, qwen2, adds biases to queries",
    "someone/model, unheard-of, isn't Llama's"
  })
  void check_whatCanNotBeRun_isRefused(String id, String type, String says) {
    assertThatThrownBy(() -> Family.check(RepoId.of(id), type))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("not supported")
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @CsvSource({
    "meta-llama/Llama-3.2-1B, ''",
    "meta-llama/Llama-3.3-70B-Instruct, llama",
    "someone/llama-4-like, llama",
    "meta-llama/Llama-Guard-4-12B, llama4",
    "someone/llama-guard-4-tuned, llama4",
    "someone/model, llama"
  })
  void check_supportedModel_passes(String id, String type) {
    assertThatCode(() -> Family.check(RepoId.of(id), type)).doesNotThrowAnyException();
  }
}
