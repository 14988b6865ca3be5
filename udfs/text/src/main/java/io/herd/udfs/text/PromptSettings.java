package io.herd.udfs.text;

import java.io.Serializable;
import java.util.List;

/**
 * How a row becomes a prompt. Exactly one of {@code column}, {@code template}, {@code messages} and
 * {@code messagesColumn} is set; the others are null or empty.
 *
 * @param column the column that holds the prompt
 * @param template a Jinja template over the row's columns
 * @param messages a chat, with such a template for each message's content
 * @param messagesColumn the column that holds a chat
 * @param system the chat's system message, or null for none
 * @param chat whether the model's chat template is applied
 * @param specialTokens what special-token text inside a prompt means
 * @param date the date that chat templates may print, such as {@code 26 Jul 2024}
 * @param onOverflow what becomes of a prompt that is too long
 * @param truncateColumn the column whose text may be cut, with dots between a struct's fields; null
 *     for {@code column}
 * @param arguments what the chat template is given beside messages
 */
public record PromptSettings(
    String column,
    String template,
    List<Message> messages,
    String messagesColumn,
    String system,
    Chat chat,
    SpecialTokens specialTokens,
    String date,
    OnOverflow onOverflow,
    String truncateColumn,
    TemplateArguments arguments)
    implements Serializable {

  public PromptSettings {
    messages = List.copyOf(messages);
  }

  /**
   * A prompt from a column or a template; one that is too long fails, and the chat template gets no
   * arguments.
   */
  public PromptSettings(
      String column,
      String template,
      String system,
      Chat chat,
      SpecialTokens specialTokens,
      String date) {
    this(
        column,
        template,
        List.of(),
        null,
        system,
        chat,
        specialTokens,
        date,
        OnOverflow.FAIL,
        null,
        TemplateArguments.NONE);
  }

  /** Whether a row is a chat already, which only a chat template can write as a prompt. */
  boolean isChat() {
    return messagesColumn != null || !messages.isEmpty();
  }

  /** The template of what is asked last; empty when there is none. */
  public String lastTemplate() {
    if (template != null) {
      return template;
    }
    return messages.isEmpty() ? "" : messages.get(messages.size() - 1).content();
  }

  /**
   * Whether prompts may be made of a column: one that is named, or whose name stands anywhere in a
   * template.
   */
  public boolean mayRead(String name) {
    return name.equals(column)
        || name.equals(messagesColumn)
        || (template != null && template.contains(name))
        || messages.stream().anyMatch(message -> message.content().contains(name));
  }

  /** The column whose text may be cut. */
  String cutColumn() {
    return truncateColumn == null ? column : truncateColumn;
  }

  /** Whether the prompt is wrapped by the model's chat template. */
  public enum Chat {
    /** When the model has one. */
    AUTO,
    ON,
    OFF
  }

  /** What special-token text inside a prompt means. */
  public enum SpecialTokens {
    /** It is text: a row can't end its turn or open another. */
    TEXT,
    /** It is parsed as special tokens, for prompts that were rendered elsewhere. */
    PARSE
  }

  /** What becomes of a prompt that is too long. */
  public enum OnOverflow {
    /** The row fails. */
    FAIL,
    /** A column's text loses what is between its beginning and its end. */
    TRUNCATE_MIDDLE,
    /** It loses its beginning. */
    TRUNCATE_START,
    /** It loses its end. */
    TRUNCATE_END
  }
}
