package io.herd.udfs.text;

import java.io.Serializable;

/**
 * How a row becomes a prompt.
 *
 * @param column the column that holds the prompt, or null when {@code template} is set
 * @param template a Jinja template over the row's columns, or null when {@code column} is set
 * @param system the chat's system message, or null for none
 * @param chat whether the model's chat template is applied
 * @param specialTokens what special-token text inside a prompt means
 * @param date the date that chat templates may print, such as {@code 26 Jul 2024}
 */
public record PromptSettings(
    String column,
    String template,
    String system,
    Chat chat,
    SpecialTokens specialTokens,
    String date)
    implements Serializable {

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
}
