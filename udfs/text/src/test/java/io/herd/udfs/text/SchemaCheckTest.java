package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import io.herd.udfs.template.Shape;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.OnOverflow;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a prompt reads is held against what rows have, before there are any. */
class SchemaCheckTest {
  private static final Shape AUTHOR = struct("name", Shape.TEXT, "born", Shape.ANY);
  private static final Shape ROW =
      struct(
          "review", Shape.TEXT,
          "author", AUTHOR,
          "tags", Shape.array(Shape.TEXT),
          "replies", Shape.array(struct("by", AUTHOR, "text", Shape.TEXT)),
          "facts", Shape.map(struct("source", Shape.TEXT, "year", Shape.ANY)),
          "chat", Shape.array(struct("role", Shape.TEXT, "content", Shape.TEXT)));

  private static Shape struct(Object... namesAndShapes) {
    Map<String, Shape> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndShapes.length; i += 2) {
      fields.put((String) namesAndShapes[i], (Shape) namesAndShapes[i + 1]);
    }
    return Shape.struct(fields);
  }

  private static void check(PromptSettings settings) {
    ChatTemplate chat = new ChatTemplate("{{ messages[0].content }}", null, null, Map.of());
    PromptRenderer.of(settings, chat, List.of()).check(ROW);
  }

  private static void check(String template) {
    check(Fixtures.templated(template, Chat.OFF));
  }

  @Test
  void columns_ofTemplates_areItsFreeVariables() {
    String template =
        "{# no #}{% raw %}{{ nor }}{% endraw %}{{ a.b['c'] | join(d, sep=' e ') }}"
            + "{% for k, v in m.items() %}{{ k ~ v }}{{ loop.index }}{% endfor %}"
            + "{% if f is string and not g == 'h' %}{{ range(n) }}{% endif %}"
            + "{%- set ns = namespace(x=y) -%}{{ ns.x }}{{ {'p': q}[r] }}{{ 1e5 }}"
            + "{% macro z(i, j=1) %}{{ i + j }}{% endmacro %}{{ 'no' if s else none }}";
    assertThat(PromptRenderer.of(Fixtures.templated(template, Chat.OFF), null, List.of()).columns())
        .containsExactly("a", "d", "f", "g", "m", "n", "q", "r", "s", "y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ review }}{{ review.strip() }}{{ review | upper }}",
        "{{ author.name }}{{ author['born'] }}{{ (author).name | trim }}{{ author }}",
        "{{ tags[0] }}{{ tags | join(', ') }}{{ tags | length }}{{ tags[0:2] | last }}",
        "{% for t in tags %}{{ t }}{{ loop.index }}{% endfor %}",
        "{% for r in replies %}{{ r.by.name }}: {{ r.text }}{% endfor %}{{ replies[0].by.born }}",
        "{{ facts.moon.source }}{{ facts['sun'].year }}{{ facts.get('x') }}",
        "{% for k, v in facts.items() %}{{ k }}{{ v.source }}{% endfor %}",
        "{% for k in facts %}{{ facts[k].year }}{% endfor %}",
        "{% set a = author %}{{ a.name }}{% if a.born %}{% elif tags %}{% endif %}",
        "{% for r in replies | reverse %}{{ r.anything }}{% endfor %}",
        "{% if review is defined and 'x' not in review %}{{ review ~ author.name }}{% endif %}",
      })
  void check_whatRowsHave_isFine(String template) {
    assertThatCode(() -> check(template)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{ reveiw }}|names the column `reveiw`|Write `review` if that is the one.",
        "{{ author.nmae }}|names the field `author.nmae`|Write `author.name` if that is the one. The fields of `author`: name, born.",
        "{{ author['nmae'] }}|names the field `author.nmae`|`author.name`",
        "{% for r in replies %}{{ r.by.nam }}{% endfor %}|names the field `r.by.nam`|`r.by.name`",
        "{% for r in replies %}{{ r.txt.strip() }}{% endfor %}|names the field `r.txt`|`r.text`",
        "{{ replies[0].by.nam }}|names the field `replies[0].by.nam`|`replies[0].by.name`",
        "{% for k, v in facts.items() %}{{ v.yaer }}{% endfor %}|names the field `v.yaer`|`v.year`",
        "{{ facts.moon.yaer }}|names the field `facts.moon.yaer`|`facts.moon.year`",
        "{% set a = author %}{{ a.nmae }}|names the field `a.nmae`|`a.name`",
        "{% if author.nmae %}{% endif %}|names the field `author.nmae`|`author.name`",
        "{% for x in author.tagz %}{% endfor %}|names the field `author.tagz`|The fields of `author`",
        "{{ author.get(reveiw, d=author) }}|names the column `reveiw`|`review`",
        "{{ replies.text }}|reads `replies.text`, but `replies` is an array|Loop over it",
        "{{ r }}{% for r in replies %}{% endfor %}|names the column `r`|The input's columns: review,",
      })
  void check_whatRowsLack_isRefusedWithTheNearest(String template, String problem, String remedy) {
    assertThatThrownBy(() -> check(template))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("prompt.template " + problem)
        .hasMessageContaining("What to do: ")
        .hasMessageContaining(remedy);
  }

  @Test
  void check_messages_saysWhichMessage() {
    List<Message> messages =
        List.of(new Message("system", "Be brief."), new Message("user", "{{ author.nmae }}"));
    assertThatThrownBy(() -> check(Fixtures.chatting(messages)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("prompt.messages, message 2 names the field `author.nmae`, which")
        .hasMessageContaining("Write `author.name` if that is the one.");
  }

  @Test
  void check_column_mustBeThereAndOneValue() {
    assertThatThrownBy(() -> check(column("reveiw")))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "prompt.column names the column `reveiw`, which the input doesn't have.\n"
                + "  What to do: Write `review` if that is the one. The input's columns: review,"
                + " author, tags, replies, facts, chat.");
    assertThatThrownBy(() -> check(column("author")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds more than a text")
        .hasMessageContaining("prompt.messages-column");
  }

  private static PromptSettings column(String name) {
    return new PromptSettings(name, null, null, Chat.OFF, SpecialTokens.TEXT, Fixtures.DATE);
  }

  @Test
  void check_messagesColumn_mustBeMessages() {
    check(Fixtures.ready());
    for (String wrong : List.of("tags", "replies", "review", "facts")) {
      assertThatThrownBy(() -> check(readyIn(wrong)))
          .as(wrong)
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith(
              "prompt.messages-column names the column `"
                  + wrong
                  + "`, which doesn't hold messages")
          .hasMessageContaining("array<struct<role: string, content: string>>");
    }
    assertThatThrownBy(() -> check(readyIn("chta")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Write `chat` if that is the one.");
  }

  private static PromptSettings readyIn(String column) {
    PromptSettings ready = Fixtures.ready();
    return new PromptSettings(
        null,
        null,
        List.of(),
        column,
        null,
        Chat.ON,
        SpecialTokens.TEXT,
        ready.date(),
        OnOverflow.FAIL,
        null,
        TemplateArguments.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reviw|names the column `reviw`, which the input doesn't have.",
        "author.nmae|names the column `author.nmae`, which the input doesn't have.",
        "author.born|names `author.born`, which holds no text.",
        "tags|names `tags`, which holds no text.",
        "author.name|names `author.name`, which is no part of the prompt."
      })
  void check_truncateColumn_mustBeTextOfThePrompt(String column, String problem) {
    check(cutting("review"));
    assertThatThrownBy(() -> check(cutting(column)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("prompt.truncate-column " + problem);
  }

  private static PromptSettings cutting(String column) {
    return new PromptSettings(
        null,
        "{{ review }}",
        List.of(),
        null,
        null,
        Chat.OFF,
        SpecialTokens.TEXT,
        Fixtures.DATE,
        OnOverflow.TRUNCATE_END,
        column,
        TemplateArguments.NONE);
  }

  @Test
  void checkExamples_wrongColumns_areTheUsersToFix() {
    PromptRenderer renderer =
        PromptRenderer.of(Fixtures.templated("{{ review }}", Chat.OFF), null, List.of());
    Shape examples = struct("review", Shape.TEXT, "label", Shape.TEXT);
    renderer.checkExamples(examples, " {{ label }}");
    assertThatThrownBy(() -> renderer.checkExamples(examples, " {{ lable }}"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "prompt.examples.answer names the column `lable`, which the example file doesn't"
                + " have.\n  What to do: Write `label` if that is the one. The example file's"
                + " columns: review, label.");
    assertThatThrownBy(() -> renderer.checkExamples(struct("text", Shape.TEXT), "{{ text }}"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "prompt.template names the column `review`, which the example file doesn't have.");
    assertThatThrownBy(() -> renderer.checkExamples(examples, "label"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("prompt.examples.answer names no column");
  }
}
