package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptRendererTest {
  private static final List<String> SPECIALS =
      List.of("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>");

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "llama3", "llama3.1", "llama3.2", "smollm2"})
  void render_chatTemplates_giveWhatPythonGives(String name) {
    List<String> specials = List.of("<|im_start|>", "<|im_end|>", "<s>", "</s>", "<|eot_id|>");
    Fixtures.Chats chats = Fixtures.chats().get(name);
    for (Fixtures.Case chat : chats.cases()) {
      for (SpecialTokens meaning : SpecialTokens.values()) {
        if (meaning == SpecialTokens.TEXT
            && name.equals("llama2")
            && chat.user().contains("[INST]")) {
          continue; // refused, see InjectionTest
        }
        PromptSettings settings = Fixtures.column(chat.system(), Chat.ON, meaning);
        Prompt prompt =
            PromptRenderer.of(settings, Fixtures.template(name), specials)
                .render(Map.of("text", chat.user()));
        assertThat(prompt.text()).as("%s %s", name, chat).isEqualTo(chat.expected());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Chat.class,
      names = {"AUTO", "OFF"})
  void render_withoutChat_isTheColumnAsItIs(Chat chat) {
    PromptRenderer renderer =
        PromptRenderer.of(Fixtures.column(null, chat, SpecialTokens.TEXT), null, SPECIALS);
    assertThat(renderer.chat()).isFalse();
    String text = " {{ 7*7 }} <|eot_id|> \uFDD0\uE000 \uFDD0 \n";
    assertThat(renderer.render(Map.of("text", text))).isEqualTo(Prompt.data(text));
  }

  @Test
  void render_parse_makesSpecialTextSpecial() {
    PromptRenderer renderer =
        PromptRenderer.of(Fixtures.column(null, Chat.OFF, SpecialTokens.PARSE), null, SPECIALS);
    assertThat(renderer.render(Map.of("text", "a<|eot_id|>b")).specials()).containsExactly(1, 11);
  }

  @Test
  void render_template_takesRowTextAsData() {
    PromptRenderer renderer =
        PromptRenderer.of(
            Fixtures.templated("<|begin_of_text|>{{ a }}{{ b | trim }}\n", Chat.OFF),
            null,
            SPECIALS);
    Prompt prompt = renderer.render(Map.of("a", "{{ 7*7 }}{% raw %}<|eot", "b", " _id|>{{ a }} "));
    assertThat(prompt.text()).isEqualTo("<|begin_of_text|>{{ 7*7 }}{% raw %}<|eot_id|>{{ a }}");
    assertThat(prompt.specials()).containsExactly(0, 17);
  }

  @Test
  void render_templateWithControlFlow_rendersAsJinja() {
    String template =
        "{% for item in items %}{{ loop.index }}. {{ item.name }}\n{% endfor %}"
            + "{% if title is defined and title %}<{{ title|upper }}>{% else %}-{% endif %}";
    PromptRenderer renderer =
        PromptRenderer.of(Fixtures.templated(template, Chat.OFF), null, SPECIALS);
    List<Object> items = List.of(Map.of("name", "x"), Map.of("name", "y"));
    assertThat(renderer.render(Map.of("items", items, "title", "t")).text())
        .isEqualTo("1. x\n2. y\n<T>");
    assertThat(renderer.columns()).containsExactlyInAnyOrder("items", "title");
  }

  @Test
  void render_spacesAroundBlocks_areThoseOfPython() {
    String template =
        "a {% if x %}b{% endif %} {% if x %}c{% endif %}\n  {% if x %}d{% endif %}\n"
            + "\t{# note #}\n  e {{ x }}\n {{ x }}";
    PromptRenderer renderer =
        PromptRenderer.of(Fixtures.templated(template, Chat.OFF), null, SPECIALS);
    assertThat(renderer.render(Map.of("x", "X")).text()).isEqualTo("a b cd  e X\n X");
  }

  @Test
  void render_nulls_failTheRow() {
    Map<String, Object> row = new HashMap<>();
    row.put("text", null);
    row.put("other", "secret");
    PromptRenderer column =
        PromptRenderer.of(Fixtures.column(null, Chat.OFF, SpecialTokens.TEXT), null, SPECIALS);
    assertThatThrownBy(() -> column.render(row))
        .isInstanceOf(RowException.class)
        .hasMessage("the prompt column `text` is null");
    PromptRenderer template =
        PromptRenderer.of(Fixtures.templated("{{ other }}\n{{ text }}", Chat.OFF), null, SPECIALS);
    assertThatThrownBy(() -> template.render(row))
        .isInstanceOf(RowException.class)
        .hasMessage("prompt.template failed at line 2, column 4: `text` is null");
    PromptRenderer guarded =
        PromptRenderer.of(
            Fixtures.templated("{% if text %}{{ text }}{% else %}none{% endif %}", Chat.OFF),
            null,
            SPECIALS);
    assertThat(guarded.render(row).text()).isEqualTo("none");
  }

  @Test
  void render_templateError_namesTheProblemNotTheText() {
    PromptRenderer raising =
        PromptRenderer.of(
            Fixtures.templated("{{ raise_exception('Too rude') }}", Chat.OFF), null, SPECIALS);
    assertThatThrownBy(() -> raising.render(Map.of("text", "secret")))
        .isInstanceOf(RowException.class)
        .hasMessage("prompt.template failed at line 1, column 4: Too rude");
    PromptRenderer repeating =
        PromptRenderer.of(
            Fixtures.templated("{{ raise_exception(text) }}", Chat.OFF), null, SPECIALS);
    assertThatThrownBy(() -> repeating.render(Map.of("text", "secret")))
        .isInstanceOf(RowException.class)
        .hasMessage("prompt.template failed at line 1, column 4 (raise_exception)");
    PromptRenderer wrong =
        PromptRenderer.of(Fixtures.templated("{{ text / 2 }}", Chat.OFF), null, SPECIALS);
    assertThatThrownBy(() -> wrong.render(Map.of("text", "secret")))
        .isInstanceOf(RowException.class)
        .hasMessage(
            "prompt.template failed at line 1, column 4: `text / 2`: `/` doesn't take a str and an"
                + " int")
        .hasMessageNotContaining("secret");
  }

  @Test
  void of_unreadablePromptTemplate_isTheUsersToFix() {
    for (String bad :
        List.of(
            "{{ text / }}", "{{ text", "{% if text / %}{% endif %}", "{% if x %}", "{% foo %}")) {
      assertThatThrownBy(() -> PromptRenderer.of(Fixtures.templated(bad, Chat.OFF), null, SPECIALS))
          .as(bad)
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("Herd can't render prompt.template, line 1");
    }
  }

  @Test
  void of_unknownFilterInChatTemplate_isNotRenderedAsNothing() {
    for (String bad :
        List.of("{{ messages | nofilter }}", "{% if messages is notest %}{% endif %}")) {
      ChatTemplate template = new ChatTemplate(bad, null, null, Map.of());
      PromptSettings settings = Fixtures.column(null, Chat.AUTO, SpecialTokens.TEXT);
      assertThatThrownBy(() -> PromptRenderer.of(settings, template, SPECIALS))
          .as(bad)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("` doesn't exist");
    }
  }

  @Test
  void of_chatTemplateThatCantBeRendered_isTheUsersToFix() {
    ChatTemplate reversed =
        new ChatTemplate(
            "{% for m in messages %}{{ m.content + m.name }}{% endfor %}", "", "", Map.of());
    PromptSettings settings = Fixtures.column(null, Chat.AUTO, SpecialTokens.TEXT);
    assertThatThrownBy(() -> PromptRenderer.of(settings, reversed, SPECIALS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Herd can't render the model's chat template, line 1, column 27: ")
        .hasMessageContaining("`m.content + m.name`: a dict has no `name`")
        .hasMessageContaining("prompt.chat = off");
  }

  @Test
  void of_chatTemplateThatBuildsSpecialsFromPieces_asksForParse() {
    ChatTemplate pieces =
        new ChatTemplate(
            "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content }}{% endfor %}",
            "", "", Map.of());
    List<String> specials = List.of("<|user|>");
    PromptSettings text = Fixtures.column(null, Chat.ON, SpecialTokens.TEXT);
    assertThatThrownBy(() -> PromptRenderer.of(text, pieces, specials))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("builds its special tokens from pieces")
        .hasMessageContaining("prompt.special-tokens = parse");
    PromptSettings parse = Fixtures.column(null, Chat.ON, SpecialTokens.PARSE);
    assertThat(PromptRenderer.of(parse, pieces, specials).render(Map.of("text", "x")).specials())
        .containsExactly(0, 8);
  }

  @Test
  void of_chatOrSystemWithoutTemplate_isTheUsersToFix() {
    assertThatThrownBy(
            () ->
                PromptRenderer.of(
                    Fixtures.column(null, Chat.ON, SpecialTokens.TEXT), null, SPECIALS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("prompt.chat is on, but the model has no chat template");
    assertThatThrownBy(
            () ->
                PromptRenderer.of(
                    Fixtures.column("be nice", Chat.AUTO, SpecialTokens.TEXT), null, SPECIALS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("prompt.system is set");
  }
}
