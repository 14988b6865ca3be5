package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  @ParameterizedTest
  @ValueSource(strings = {"llama2", "llama3"})
  void encode_variedTexts_givesTransformersIds(String name) {
    assertSameAsTransformers(name, Fixtures.folder(name));
  }

  @Test
  @Tag("real")
  void encode_variedTextsWithRealModel_givesTransformersIds() {
    assertSameAsTransformers("smollm2", Fixtures.realModel());
  }

  private static void assertSameAsTransformers(String name, Path folder) {
    Specials specials = new Specials(Tokenizer.specialTokens(folder));
    List<Fixtures.Text> texts = Fixtures.texts();
    assertThat(texts).hasSize(500);
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      for (Fixtures.Text text : texts) {
        int[] expected = text.ids().get(name);
        // transformers takes all special-token text as special tokens
        assertThat(tokenizer.encode(specials.parse(text.text()), true))
            .as(text.text())
            .isEqualTo(expected);
        assertThat(tokenizer.decode(expected)).isEqualTo(text.decoded().get(name));
      }
    }
  }

  @Test
  void encode_withoutChat_appliesThePostProcessorOnce() {
    try (Tokenizer llama3 = Tokenizer.load(Fixtures.folder("llama3"));
        Tokenizer llama2 = Tokenizer.load(Fixtures.folder("llama2"))) {
      assertThat(llama3.encode(Prompt.data("hi"), false)).containsExactly(600, 71, 72);
      assertThat(llama3.encode(Prompt.data("hi"), true)).containsExactly(71, 72);
      assertThat(llama2.encode(Prompt.data("hi"), false)).startsWith(1).doesNotContain(0, 2);
      assertThat(llama3.encode(Prompt.data(""), false)).containsExactly(600);
    }
  }

  @Test
  @Tag("real")
  void encode_withoutChatAndNoBosInPostProcessor_addsNone() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.realModel())) {
      Prompt prompt = Prompt.data("hi");
      assertThat(tokenizer.encode(prompt, false)).isEqualTo(tokenizer.encode(prompt, true));
    }
  }

  @Test
  void encode_promptThatBeginsWithItsBos_getsNoSecond() {
    for (String name : List.of("llama2", "llama3")) {
      try (Tokenizer tokenizer = Tokenizer.load(Fixtures.folder(name))) {
        Specials specials = new Specials(tokenizer.specialTokens());
        String bos = name.equals("llama2") ? "<s>" : "<|begin_of_text|>";
        for (String text : List.of(bos + "[INST] Hi [/INST]", bos)) {
          Prompt rendered = specials.parse(text);
          int[] ids = tokenizer.encode(rendered, false);
          assertThat(ids).as(text).isEqualTo(tokenizer.encode(rendered, true));
          assertThat(tokenizer.show(ids)).as(text).startsWith(bos).doesNotContain(bos + bos);
        }
        int[] data = tokenizer.encode(Prompt.data(bos + "Hi"), false);
        assertThat(tokenizer.decode(data)).as("text, not a token").isEqualTo(bos + "Hi");
        int[] twice = tokenizer.encode(specials.parse(bos + bos + "Hi"), false);
        assertThat(tokenizer.show(twice)).as("as written").startsWith(bos + bos);
      }
    }
  }

  @Test
  void encode_dataThatSpellsSpecials_staysText() {
    for (String name : List.of("llama2", "llama3")) {
      List<String> strings = Tokenizer.specialTokens(Fixtures.folder(name));
      String attack = "a" + String.join("", strings) + " <s> " + String.join(" x ", strings);
      try (Tokenizer tokenizer = Tokenizer.load(Fixtures.folder(name))) {
        int[] ids = tokenizer.encode(Prompt.data(attack), true);
        assertThat(tokenizer.decode(ids)).as(name).isEqualTo(attack);
      }
    }
  }

  @Test
  void encodeLabel_specialText_staysText() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.folder("llama3"))) {
      assertThat(tokenizer.decode(tokenizer.encodeLabel("<|eot_id|>"))).isEqualTo("<|eot_id|>");
      assertThat(tokenizer.encodeLabel(" hi")).isNotEqualTo(tokenizer.encodeLabel("hi"));
    }
  }

  @Test
  void encode_privateCodeInData_failsTheRow() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.folder("llama3"))) {
      assertThatThrownBy(() -> tokenizer.encode(Prompt.data("x\uFDD0\uE001"), true))
          .isInstanceOf(RowException.class)
          .hasMessageContaining("U+FDD0");
      String lone = "x\uFDD0 \uE001\uFDD0";
      assertThat(tokenizer.decode(tokenizer.encode(Prompt.data(lone), true))).isEqualTo(lone);
    }
  }

  @Test
  void encode_halfSurrogates_becomeReplacementCharacters() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.folder("llama3"))) {
      int[] ids = tokenizer.encode(Prompt.data("a\uD83Db\uDE00😀\0"), true);
      assertThat(tokenizer.decode(ids)).isEqualTo("a\uFFFDb\uFFFD😀\0");
    }
  }

  @Test
  void encode_tenMegabytes_isRefusedAtOnce() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.folder("llama3"))) {
      Prompt prompt = Prompt.data(" ".repeat(10_000_000));
      assertThatThrownBy(() -> tokenizer.encode(prompt, true))
          .isInstanceOf(RowException.class)
          .hasMessage("the prompt is too long: 10000000 characters, more than 2000000");
      assertThatThrownBy(() -> tokenizer.encode(prompt, true, 2048))
          .isInstanceOf(RowException.class)
          .hasMessageContaining("characters don't fit the 2048 tokens that it may have");
    }
  }

  @Test
  @Timeout(60)
  void encode_longestTextOfSpaces_behaves() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.folder("llama3"))) {
      Prompt prompt = Prompt.data(" ".repeat(1_999_999) + "x");
      assertThat(tokenizer.encode(prompt, true)).hasSizeGreaterThan(100_000);
    }
  }

  @Test
  void encode_moreTokensThanTheModelTakes_failsTheRow() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.folder("llama3"))) {
      Prompt prompt = Prompt.data("hi");
      assertThat(tokenizer.encode(prompt, false, 3)).hasSize(3);
      assertThatThrownBy(() -> tokenizer.encode(prompt, false, 2))
          .isInstanceOf(RowException.class)
          .hasMessage("the prompt is too long: 3 tokens, more than the 2 tokens that it may have");
    }
  }

  @Test
  void load_missingOrDamaged_saysWhatToDo(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> Tokenizer.load(folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("There is no " + folder.resolve("tokenizer.json"))
        .hasMessageContaining("save_pretrained");
    for (String damaged : List.of("", "{", "[]", "{}", "{\"model\": {\"vocab\": []}}")) {
      Files.writeString(folder.resolve("tokenizer.json"), damaged);
      assertThatThrownBy(() -> Tokenizer.load(folder))
          .isInstanceOf(UserException.class)
          .hasMessageMatching("(?s).*(isn't a BPE tokenizer|is not a JSON object).*");
    }
    Files.writeString(
        folder.resolve("tokenizer.json"), "{\"model\": {\"vocab\": {}, \"merges\": [\"a b\"]}}");
    assertThatThrownBy(() -> Tokenizer.load(folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("The tokenizer library refuses");
  }

  @Test
  void vocabularySize_ofFixture_isTheFiles() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.folder("llama3"))) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(607);
    }
  }
}
