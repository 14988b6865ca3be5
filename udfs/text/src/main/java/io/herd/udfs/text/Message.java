package io.herd.udfs.text;

import java.io.Serializable;

/**
 * One turn of a chat.
 *
 * @param role such as {@code system}, {@code user} or {@code assistant}
 * @param content its text; in {@link PromptSettings} a Jinja template for the text
 */
public record Message(String role, String content) implements Serializable {
  static final String SYSTEM = "system";
  static final String USER = "user";
  static final String ASSISTANT = "assistant";

  boolean isSystem() {
    return role.equals(SYSTEM);
  }
}
