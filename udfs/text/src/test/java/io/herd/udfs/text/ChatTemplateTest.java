package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
  @TempDir private Path folder;

  @Test
  void read_ownFile_winsOverTheConfig() throws IOException {
    config(
        "{\"chat_template\": \"old\", \"bos_token\": {\"content\": \"<s>\"},\"eos_token\": \"</s>\","
            + " \"pad_token\": \"<pad>\", \"unk_token\": null, \"add_bos_token\": true}");
    Files.writeString(folder.resolve("chat_template.jinja"), "new");
    assertThat(ChatTemplate.read(folder))
        .contains(new ChatTemplate("new", "<s>", "</s>", Map.of("pad_token", "<pad>")));
  }

  @Test
  void read_config_givesTheTemplateOrTheDefaultOfSeveral() throws IOException {
    config("{\"chat_template\": \"one\"}");
    assertThat(ChatTemplate.read(folder).map(ChatTemplate::source)).contains("one");
    config(
        "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"a\"},"
            + " {\"name\": \"default\", \"template\": \"b\"}]}");
    assertThat(ChatTemplate.read(folder).map(ChatTemplate::source)).contains("b");
  }

  @Test
  void read_baseModel_hasNone() throws IOException {
    assertThat(ChatTemplate.read(folder)).isEqualTo(Optional.empty());
    config("{\"bos_token\": \"<s>\", \"chat_template\": null}");
    assertThat(ChatTemplate.read(folder)).isEqualTo(Optional.empty());
  }

  @Test
  void read_damagedConfig_isTheUsersToFix() throws IOException {
    config("{\"chat");
    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("tokenizer_config.json is not a JSON object")
        .hasMessageContaining("Download the model again.");
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }
}
