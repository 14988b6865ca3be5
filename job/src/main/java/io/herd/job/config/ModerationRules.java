package io.herd.job.config;

import io.herd.udfs.text.Message;
import io.herd.udfs.text.PromptSettings.Chat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What {@code herd.task = moderation} makes of other keys, and which do nothing then. */
final class ModerationRules {
  /** The keys that say what a prompt is. */
  static final Key<?>[] PROMPTS = {
    Keys.PROMPT_COLUMN, Keys.PROMPT_TEMPLATE, Keys.PROMPT_MESSAGES, Keys.PROMPT_MESSAGES_COLUMN
  };

  /** Those of moderation alone. */
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

  /** Whether a prompt is what two columns hold. */
  boolean givesPrompt() {
    return on() && Arrays.stream(PROMPTS).noneMatch(values::isSet);
  }

  /** Finds what does nothing. */
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
                          + " is no name that a template can read. Rename it by herd.input.sql, or"
                          + " write herd.prompt.messages instead"));
    }
  }

  private void problem(Key<?> key, String what) {
    problems.add(values.place(key), key.path() + ": " + what);
  }

  /** Sets what a prompt is; without moderation, takes away the defaults of keys that do nothing. */
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
