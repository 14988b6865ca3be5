package io.herd.job.config;

import io.herd.udfs.text.Message;
import io.herd.udfs.text.PromptSettings.Chat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The effects of {@code herd.task = moderation} on other keys, and the keys that it disables. */
final class ModerationRules {
  /** The keys that define the prompt. */
  static final Key<?>[] PROMPTS = {
    Keys.PROMPT_COLUMN, Keys.PROMPT_TEMPLATE, Keys.PROMPT_MESSAGES, Keys.PROMPT_MESSAGES_COLUMN
  };

  /** The keys for moderation only. */
  private static final List<Key<?>> OWN =
      List.of(
          Keys.MODERATION_PROMPT,
          Keys.MODERATION_RESPONSE,
          Keys.MODERATION_CATEGORIES,
          Keys.MODERATION_EXCLUDE,
          Keys.MODERATION_THRESHOLD);

  private static final String NAME = "[\\p{L}_][\\p{L}\\p{N}_]*";

  private final Values values;
  private final Problems problems;

  ModerationRules(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  private boolean on() {
    return values.find(Keys.TASK).isPresent();
  }

  /** Returns whether the prompt comes from two columns. */
  boolean givesPrompt() {
    return on() && Arrays.stream(PROMPTS).noneMatch(values::isSet);
  }

  /** Reports keys without effect. */
  void find(Contradictions others) {
    if (!on()) {
      OWN.stream()
          .filter(values::isSet)
          .forEach(key -> problem(key, "does nothing without herd.task = moderation"));
      return;
    }
    others.useless(
        Keys.TASK,
        "Llama Guard's chat template has its own words",
        Keys.PROMPT_SYSTEM,
        Keys.EXAMPLES_PATH,
        Keys.PROMPT_TOOLS);
    others.useless(
        Keys.TASK,
        "a row is safe or unsafe",
        Keys.CHOICES,
        Keys.CHOICES_COLUMN,
        Keys.NORMALIZE,
        Keys.CALIBRATE,
        Keys.MULTI);
    for (Key<?> prompt : PROMPTS) {
      others.useless(
          prompt, "it says what is judged", Keys.MODERATION_PROMPT, Keys.MODERATION_RESPONSE);
    }
    if (values.get(Keys.PROMPT_CHAT) == Chat.OFF) {
      problem(Keys.PROMPT_CHAT, "Llama Guard judges chats by its chat template. Remove it");
    }
    columns();
  }

  private void columns() {
    for (Key<String> key : List.of(Keys.MODERATION_PROMPT, Keys.MODERATION_RESPONSE)) {
      values
          .find(key)
          .filter(name -> givesPrompt() && !name.matches(NAME))
          .ifPresent(
              name ->
                  problem(
                      key,
                      ValueType.quote(name)
                          + " is not a name that a template can read. Rename it with"
                          + " herd.input.sql, or write herd.prompt.messages instead"));
    }
  }

  private void problem(Key<?> key, String what) {
    problems.add(values.place(key), key.path() + ": " + what);
  }

  /** Sets the prompt; without moderation, removes the defaults of keys without effect. */
  void settle() {
    if (!on()) {
      OWN.forEach(key -> values.replace(key, null));
      return;
    }
    if (givesPrompt()) {
      List<Message> chat = new ArrayList<>();
      chat.add(message("user", values.get(Keys.MODERATION_PROMPT)));
      values
          .find(Keys.MODERATION_RESPONSE)
          .ifPresent(column -> chat.add(message("assistant", column)));
      values.replace(Keys.PROMPT_MESSAGES, chat);
    }
    values.replace(Keys.PROMPT_CHAT, Chat.ON);
  }

  private static Message message(String role, String column) {
    return new Message(role, "{{ " + column + " }}");
  }
}
