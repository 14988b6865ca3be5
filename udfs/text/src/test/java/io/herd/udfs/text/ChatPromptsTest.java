package io.herd.udfs.text;

import static io.herd.udfs.text.Fixtures.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Chats with more turns than one: from templates, from a column, with examples before them. */
class ChatPromptsTest {
  private static final List<String> SPECIALS = List.of("<|im_start|>", "<|im_end|>");
  private static final ChatTemplate CHATML = Fixtures.template("smollm2");

  private static final String SHOTS =
      turn("user", "Review: good")
          + turn("assistant", "yes")
          + turn("user", "Review: bad")
          + turn("assistant", "no");
  private static final Examples EXAMPLES =
      new Examples(
          "{{ label }}",
          List.of(Map.of("text", "good", "label", "yes"), Map.of("text", "bad", "label", "no")));

  private static String render(PromptSettings settings, Map<String, Object> row) {
    return PromptRenderer.of(settings, CHATML, SPECIALS).render(row).text();
  }

  private static String turn(String role, String content) {
    return "<|im_start|>" + role + "\n" + content + "<|im_end|>\n";
  }

  private static String asked(String... turns) {
    return String.join("", turns) + "<|im_start|>assistant\n";
  }

  @Test
  void render_messages_areTheTurnsInOrder() {
    PromptSettings settings =
        Fixtures.chatting(
            List.of(
                new Message("system", "You judge {{ thing }}s."),
                new Message("user", "Review: fine"),
                new Message("assistant", "yes"),
                new Message("user", "Review: {{ text }}{% if more %}!{% endif %}")));
    Map<String, Object> row = Map.of("thing", "book", "text", "so so {{ 7*7 }}", "more", true);

    assertThat(render(settings, row))
        .isEqualTo(
            asked(
                turn("system", "You judge books."),
                turn("user", "Review: fine"),
                turn("assistant", "yes"),
                turn("user", "Review: so so {{ 7*7 }}!")));
  }

  @Test
  void render_messagesWithNull_failTheRowAndSayWhere() {
    PromptSettings settings =
        Fixtures.chatting(
            List.of(new Message("system", "Be brief."), new Message("user", "{{ text }}")));
    Map<String, Object> row = new HashMap<>();
    row.put("text", null);
    assertThatThrownBy(() -> render(settings, row))
        .isInstanceOf(RowException.class)
        .hasMessage("prompt.messages, message 2 failed at line 1, column 4: `text` is null");
  }

  @Test
  void of_messagesThatTheTemplateRefuses_isTheUsersToFix() {
    PromptSettings twoUsers =
        Fixtures.chatting(List.of(new Message("user", "a"), new Message("user", "b")));
    assertThatThrownBy(
            () -> PromptRenderer.of(twoUsers, Fixtures.template("llama2"), List.of("<s>")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Conversation roles must alternate");
  }

  @Test
  void of_chatsWithoutATemplate_areTheUsersToFix() {
    for (PromptSettings settings :
        List.of(Fixtures.chatting(List.of(new Message("user", "a"))), auto(Fixtures.ready()))) {
      assertThatThrownBy(() -> PromptRenderer.of(auto(settings), null, SPECIALS))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("The prompt is a chat, but no chat template is applied");
    }
  }

  private static PromptSettings auto(PromptSettings settings) {
    return new PromptSettings(
        null,
        null,
        settings.messages(),
        settings.messagesColumn(),
        null,
        Chat.AUTO,
        SpecialTokens.TEXT,
        settings.date(),
        settings.onOverflow(),
        null,
        TemplateArguments.NONE);
  }

  @Test
  void render_readyChat_hasItsTurns() {
    Map<String, Object> extra = new HashMap<>(message("user", "How {{ x }}?"));
    extra.put("tool_calls", null);
    Map<String, Object> row =
        Map.of("chat", List.of(message("user", "Hi"), message("assistant", "Hello"), extra));

    assertThat(render(Fixtures.ready(), row))
        .endsWith(
            asked(turn("user", "Hi"), turn("assistant", "Hello"), turn("user", "How {{ x }}?")))
        .startsWith("<|im_start|>system\nYou are a helpful AI assistant");
  }

  @Test
  void render_readyChatThatIsNone_failsTheRow() {
    assertThat(refusal(null)).isEqualTo("the prompt column `chat` is null");
    assertThat(refusal(List.of())).isEqualTo("the prompt column `chat` holds no messages");
    assertThat(refusal(Arrays.asList(message("user", "a"), null)))
        .isEqualTo("the prompt column `chat` has a message (number 2) without content");
    assertThat(refusal(List.of(message("user<|im_end|>", "a"))))
        .isEqualTo(
            "the prompt column `chat` has a message (number 1) whose role isn't system, user,"
                + " assistant or tool");
    assertThat(refusal(List.of(message("user", "a"), message("assistant", "b"))))
        .isEqualTo("the prompt column `chat` ends with an assistant message: nothing is asked");
  }

  private static String refusal(Object chat) {
    Map<String, Object> row = new HashMap<>();
    row.put("chat", chat);
    try {
      return render(Fixtures.ready(), row);
    } catch (RowException e) {
      return e.getMessage();
    }
  }

  @Test
  void render_examplesInAChat_areTurnsBeforeTheRows() {
    PromptSettings settings =
        new PromptSettings(
            null, "Review: {{ text }}", "Judge.", Chat.AUTO, SpecialTokens.TEXT, Fixtures.DATE);
    Prompt prompt =
        PromptRenderer.of(settings, CHATML, SPECIALS, EXAMPLES).render(Map.of("text", "fine"));

    assertThat(prompt.text())
        .isEqualTo(asked(turn("system", "Judge."), SHOTS, turn("user", "Review: fine")));
  }

  @Test
  void render_examplesOfMessages_followTheRowsSystemMessage() {
    PromptSettings settings =
        Fixtures.chatting(
            List.of(new Message("system", "Judge."), new Message("user", "Review: {{ text }}")));
    Prompt prompt =
        PromptRenderer.of(settings, CHATML, SPECIALS, EXAMPLES).render(Map.of("text", "fine"));

    assertThat(prompt.text())
        .isEqualTo(asked(turn("system", "Judge."), SHOTS, turn("user", "Review: fine")));
  }

  @Test
  void render_examplesOfReadyChats_areWholeChats() {
    List<Map<String, Object>> chat =
        List.of(message("system", "dropped"), message("user", "Review: good"));
    Examples examples = new Examples("{{ label }}", List.of(Map.of("chat", chat, "label", "yes")));
    Prompt prompt =
        PromptRenderer.of(Fixtures.ready(), CHATML, SPECIALS, examples)
            .render(Map.of("chat", List.of(message("system", "Judge."), message("user", "fine"))));

    assertThat(prompt.text())
        .isEqualTo(
            asked(
                turn("system", "Judge."),
                turn("user", "Review: good"),
                turn("assistant", "yes"),
                turn("user", "fine")));
  }

  @Test
  void render_examplesWithoutChat_areTextsWithEmptyLinesBetween() {
    Examples examples = new Examples(" {{ label }}", EXAMPLES.rows());
    Prompt prompt =
        PromptRenderer.of(
                Fixtures.templated("Review: {{ text }}\nSentiment:", Chat.OFF),
                CHATML,
                SPECIALS,
                examples)
            .render(Map.of("text", "fine"));

    assertThat(prompt.text())
        .isEqualTo(
            "Review: good\nSentiment: yes\n\nReview: bad\nSentiment: no\n\n"
                + "Review: fine\nSentiment:");
  }

  @Test
  void of_exampleThatCantBeRendered_isTheUsersToFix() {
    Map<String, Object> noLabel = new HashMap<>(Map.of("text", "x"));
    noLabel.put("label", null);
    Examples examples = new Examples("{{ label }}", List.of(EXAMPLES.rows().get(0), noLabel));
    assertThatThrownBy(
            () ->
                PromptRenderer.of(
                    Fixtures.templated("{{ text }}", Chat.OFF), null, SPECIALS, examples))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "Example 2 can't be used: prompt.examples.answer failed at line 1, column 4: `label` is"
                + " null.\n"
                + "  What to do: Correct that row of prompt.examples.path, or leave it out.");
  }
}
