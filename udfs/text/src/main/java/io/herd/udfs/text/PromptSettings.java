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
 * @param onOverflow how a prompt that is too long is handled
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
   * Creates settings for a column or a template; a prompt that is too long fails, and the chat
   * template gets no variables.
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

  /** Returns whether rows are chats, which only a chat template can render. */
  boolean isChat() {
    return messagesColumn != null || !messages.isEmpty();
  }

  /** Returns the template of the last message; empty when there is none. */
  public String lastTemplate() {
    if (template != null) {
      return template;
    }
    return messages.isEmpty() ? "" : messages.get(messages.size() - 1).content();
  }

  /**
   * Returns whether prompts may use a column: one that is named, or whose name appears in a
   * template.
   */
  public boolean mayRead(String name) {
    return name.equals(column)
        || name.equals(messagesColumn)
        || (template != null && template.contains(name))
        || messages.stream().anyMatch(message -> message.content().contains(name));
  }

  /** Returns the column whose text may be truncated. */
  String cutColumn() {
    return truncateColumn == null ? column : truncateColumn;
  }

  /** Whether the model's chat template wraps the prompt. */
  public enum Chat {
    /** Wraps if the model has a chat template. */
    AUTO,
    ON,
    OFF
  }

  /** How the text of special tokens inside a row is read. */
  public enum SpecialTokens {
    /** Read it as text: a row can't end its turn or open another. */
    TEXT,
    /** Read it as special tokens, for prompts that were rendered elsewhere. */
    PARSE
  }

  /** How a prompt that is too long is handled. */
  public enum OnOverflow {
    /** Fail the row. */
    FAIL,
    /** Remove the middle of a column's text. */
    TRUNCATE_MIDDLE,
    /** Remove the beginning of a column's text. */
    TRUNCATE_START,
    /** Remove the end of a column's text. */
    TRUNCATE_END
  }
}
