package io.herd.job.config;

import io.herd.udfs.text.Message;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.OnOverflow;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.util.List;

/** The {@link Contradictions} among the keys of {@code herd.prompt}. */
final class PromptContradictions {
  private final Values values;
  private final Problems problems;
  private final Contradictions others;

  PromptContradictions(Values values, Problems problems, Contradictions others) {
    this.values = values;
    this.problems = problems;
    this.others = others;
  }

  void find() {
    chat();
    messages();
    system();
    examples();
    overflow();
  }

  private void chat() {
    boolean off = values.get(Keys.PROMPT_CHAT) == Chat.OFF;
    if (off && values.isSet(Keys.PROMPT_SYSTEM)) {
      problems.add(
          values.place(Keys.PROMPT_SYSTEM),
          "herd.prompt.system: needs a chat template, and herd.prompt.chat is off. Put the text"
              + " into herd.prompt.template, or set chat = auto");
    }
    for (Key<?> key : List.of(Keys.PROMPT_KWARGS, Keys.PROMPT_TOOLS)) {
      if (off && values.get(key) != null) {
        problems.add(
            values.place(key),
            key.path()
                + ": needs a chat template, and herd.prompt.chat is off. Remove it, or set chat ="
                + " auto");
      }
    }
    for (Key<?> key : List.of(Keys.PROMPT_MESSAGES, Keys.PROMPT_MESSAGES_COLUMN)) {
      if (off && values.isSet(key)) {
        problems.add(
            values.place(key),
            key.path()
                + ": needs a chat template, and herd.prompt.chat is off. Use herd.prompt.template,"
                + " or set chat = auto");
      }
    }
  }

  private void messages() {
    List<Message> messages = values.find(Keys.PROMPT_MESSAGES).orElse(List.of());
    boolean answered =
        !messages.isEmpty() && messages.get(messages.size() - 1).role().equals("assistant");
    if (answered && values.find(Keys.TASK).isEmpty()) {
      problems.add(
          values.place(Keys.PROMPT_MESSAGES),
          "herd.prompt.messages: ends with an assistant message, which leaves the model"
              + " nothing to answer. "
              + Keys.PROMPT_MESSAGES.allowed());
    }
  }

  private void system() {
    others.useless(
        Keys.PROMPT_MESSAGES_COLUMN,
        "its chats have their own system messages",
        Keys.PROMPT_SYSTEM);
    boolean system =
        values.find(Keys.PROMPT_MESSAGES).orElse(List.of()).stream()
            .anyMatch(message -> message.role().equals("system"));
    if (system) {
      others.useless(Keys.PROMPT_MESSAGES, "it has a system message itself", Keys.PROMPT_SYSTEM);
    }
  }

  private void examples() {
    for (Key<?> key : List.of(Keys.EXAMPLES_FORMAT, Keys.EXAMPLES_ANSWER)) {
      if (values.isSet(Keys.EXAMPLES_PATH) && !values.isSet(key)) {
        problems.add(
            values.place(Keys.EXAMPLES_PATH),
            key.path() + ": is needed with herd.prompt.examples.path. " + key.allowed());
      }
    }
    for (Key<?> key :
        List.of(
            Keys.EXAMPLES_FORMAT, Keys.EXAMPLES_OPTIONS, Keys.EXAMPLES_ANSWER, Keys.EXAMPLES_K)) {
      if (values.isSet(key) && !values.isSet(Keys.EXAMPLES_PATH)) {
        problems.add(
            values.place(key), key.path() + ": does nothing without herd.prompt.examples.path");
      }
    }
  }

  private void overflow() {
    if (values.get(Keys.PROMPT_ON_OVERFLOW) == OnOverflow.FAIL) {
      if (values.isSet(Keys.PROMPT_TRUNCATE_COLUMN)) {
        problems.add(
            values.place(Keys.PROMPT_TRUNCATE_COLUMN),
            "herd.prompt.truncate-column: does nothing while herd.prompt.on-overflow is fail. Set"
                + " on-overflow = truncate-end, for example");
      }
      return;
    }
    boolean named =
        values.isSet(Keys.PROMPT_TRUNCATE_COLUMN)
            || values.isSet(Keys.PROMPT_COLUMN)
            || values.isSet(Keys.PROMPT_MESSAGES_COLUMN);
    if (!named) {
      problems.add(
          values.place(Keys.PROMPT_ON_OVERFLOW),
          "herd.prompt.on-overflow: needs herd.prompt.truncate-column, the column to truncate, so"
              + " that instructions stay complete. Example: truncate-column = text");
    }
    others.useless(
        Keys.PROMPT_MESSAGES_COLUMN, "a complete chat can't be truncated", Keys.PROMPT_ON_OVERFLOW);
    others.useless(
        Keys.CHOICES_COLUMN,
        "each row's labels leave a different number of tokens for its prompt",
        Keys.PROMPT_ON_OVERFLOW);
    if (values.get(Keys.PROMPT_SPECIAL_TOKENS) == SpecialTokens.PARSE) {
      problems.add(
          values.place(Keys.PROMPT_ON_OVERFLOW),
          "herd.prompt.on-overflow: can't cut with herd.prompt.special-tokens = parse, because"
              + " special tokens could be lost. Set one of them to its default");
    }
  }
}
