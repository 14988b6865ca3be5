package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Short forms of what public chat templates do, with the prompts that transformers makes. */
class ChatCasesTest {
  private static final List<String> SPECIALS =
      List.of("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>");
  private static final String ASKED = turn("user", "Hi");
  private static final String OPEN = "<|start_header_id|>assistant<|end_header_id|>\n\n";
  private static final String END =
      "<|eot_id|>{% endfor %}{% if add_generation_prompt %}"
          + "<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}";

  private static String turn(String role, String content) {
    return "<|start_header_id|>" + role + "<|end_header_id|>\n\n" + content + "<|eot_id|>";
  }

  private static PromptRenderer renderer(String source) {
    ChatTemplate template = new ChatTemplate(source, "<|begin_of_text|>", "<|eot_id|>", Map.of());
    return PromptRenderer.of(Fixtures.ready(), template, SPECIALS);
  }

  private static String rendered(String source, String... turns) {
    List<Map<String, Object>> chat =
        Arrays.stream(turns)
            .map(turn -> turn.split(": ", 2))
            .map(turn -> Fixtures.message(turn[0], turn[1]))
            .toList();
    return renderer(source).render(Map.of("chat", chat)).text();
  }

  @Test
  void render_contentsInParts_areGivenAsParts() {
    String guard =
        "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n"
            + "{% for c in m.content %}{% if c.type == 'text' %}{{ c.text | trim }}{% endif %}"
            + "{% endfor %}"
            + END;

    assertThat(rendered(guard, "user: Hi ")).isEqualTo(ASKED + OPEN);
  }

  @Test
  void render_dateString_isTheConfiguredDate() {
    String dated =
        "{%- if not date_string is defined %}{%- set date_string = '26 Jul 2024' %}{%- endif %}"
            + "{{- date_string }} {{ strftime_now('%Y-%m-%d') }}{% for m in messages %}"
            + "{{ m.content }}"
            + END;

    assertThat(rendered(dated, "user: Hi")).startsWith("01 Feb 2025 2025-02-01Hi");
  }

  @Test
  void render_toolsResult_isJsonAsTextsAreIterable() {
    String tool =
        "{% for m in messages %}{% if m.content is mapping or m.content is iterable %}"
            + "{{ m.content | tojson }}{% else %}{{ m.content }}{% endif %}"
            + END;

    assertThat(rendered(tool, "user: Hi", "assistant: a", "tool: {\"t\": 21}"))
        .startsWith("\"Hi\"<|eot_id|>\"a\"<|eot_id|>\"{\\\"t\\\": 21}\"<|eot_id|>");
  }

  @Test
  void render_notBeforeAComparison_negatesTheComparison() {
    String negated =
        "{% for m in messages %}<|start_header_id|>{% if not m['role'] == 'assistant' %}user"
            + "{% else %}assistant{% endif %}<|end_header_id|>\n\n{{ m.content }}"
            + END;

    assertThat(rendered(negated, "user: Hi", "assistant: Hello", "user: Hi"))
        .isEqualTo(ASKED + turn("assistant", "Hello") + ASKED + OPEN);
  }

  @Test
  void render_turnsThatSayFalseOrNothing_areTurns() {
    String turns = "{% for m in messages %}{% if m.content %}<{{ m.content }}>{% endif %}" + END;

    assertThat(rendered(turns, "user: False", "assistant: ", "user: 0"))
        .isEqualTo("<False><|eot_id|><|eot_id|><0><|eot_id|>" + OPEN);
  }

  @Test
  void of_templateThatFailsOnATurn_isRefusedBeforeARowIsRead() {
    for (String content : List.of("False", "")) {
      String failing =
          "{% for m in messages %}{% if m.content == '"
              + content
              + "' %}{{ m.name.x }}{% endif %}"
              + "{{ m.content }}"
              + END;

      assertThatThrownBy(() -> renderer(failing))
          .as(content)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("`m.name.x`: a dict has no `name`");
    }
  }

  @Test
  void of_templateThatWantsMoreOfTools_isTaken() {
    String named =
        "{% for m in messages %}{% if m.role == 'tool' %}{{ m.name + ':' }}{% endif %}"
            + "{{ m.content }}"
            + END;

    assertThat(rendered(named, "user: Hi")).isEqualTo("Hi<|eot_id|>" + OPEN);
  }

  @Test
  void of_templateThatFails_isShownAsItIsWritten() {
    assertThatThrownBy(() -> renderer("{{ '<|eot_id|>' + messages[0].nothing }}"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("`'<|eot_id|>' + messages[0].nothing`: a dict has no `nothing`");
  }
}
