package io.herd.job.config;

import java.util.stream.Stream;

/** Finds keys that have no effect or can't be applied with OpenAI's batch files. */
final class BatchRules {
  private static final String BOTH =
      "For /v1/chat/completions set herd.prompt.messages-column = messages; for /v1/completions set"
          + " herd.prompt.column = prompt, and chat = off";

  private final Values values;
  private final Problems problems;
  private final Contradictions others;

  BatchRules(Values values, Problems problems, Contradictions others) {
    this.values = values;
    this.problems = problems;
    this.others = others;
  }

  private static boolean reads(Values values) {
    return values.find(Keys.INPUT_FORMAT).filter(Settings.BATCH::equals).isPresent();
  }

  /** Returns whether a batch file's prompts aren't named, which {@link #find} reports. */
  static boolean lacksPrompt(Values values) {
    return reads(values) && Stream.of(ModerationRules.PROMPTS).noneMatch(values::isSet);
  }

  void find() {
    boolean in = reads(values);
    if (in) {
      input();
      prompts();
    }
    if (!values.get(Keys.OUTPUT_FORMAT).equals(Settings.BATCH)) {
      return;
    }
    if (!in) {
      problems.add(
          values.place(Keys.OUTPUT_FORMAT),
          "herd.output.format: answers requests, and herd.input.format is another. Set"
              + " herd.input.format = openai-batch, or write json");
    }
    output();
  }

  private void input() {
    String why = "each request says what is generated";
    others.useless(
        Keys.INPUT_FORMAT, why, Keys.TASK, Keys.CHOICES_COLUMN, Keys.MAX_NEW_TOKENS_COLUMN);
    if (!values.get(Keys.CHOICES).isEmpty()) {
      others.useless(Keys.INPUT_FORMAT, why, Keys.CHOICES);
    }
    others.useless(Keys.INPUT_FORMAT, "a batch file has columns of its own", Keys.INPUT_SCHEMA);
  }

  private void prompts() {
    if (lacksPrompt(values)) {
      problems.add(
          values.place(Keys.PROMPT_MESSAGES_COLUMN),
          "herd.prompt: doesn't say what requests are made of. " + BOTH);
    }
    column(Keys.PROMPT_MESSAGES_COLUMN, "messages");
    column(Keys.PROMPT_COLUMN, "prompt");
    if (values.isSet(Keys.PROMPT_COLUMN) && !values.isSet(Keys.PROMPT_CHAT)) {
      problems.add(
          values.place(Keys.PROMPT_COLUMN),
          "herd.prompt.chat: is needed with herd.prompt.column. off sends a completion's prompt as"
              + " it is, as a server does; on puts it into the model's chat template. Set chat ="
              + " off");
    }
  }

  private void column(Key<String> key, String only) {
    values
        .find(key)
        .filter(name -> !name.equals(only))
        .ifPresent(
            name ->
                problems.add(
                    values.place(key),
                    key.path() + ": " + ValueType.quote(name) + " holds no requests. " + BOTH));
  }

  private void output() {
    others.useless(
        Keys.OUTPUT_FORMAT,
        "its lines have a form of their own",
        Keys.OUTPUT_TABLE,
        Keys.OUTPUT_OPTIONS,
        Keys.PARTITION_BY,
        Keys.COLUMNS_SELECT,
        Keys.COLUMNS_RENAME,
        Keys.COLUMNS_PREFIX,
        Keys.GOLD_COLUMN,
        Keys.PUBLISH_PARTIAL,
        Keys.SAMPLES,
        Keys.LOGPROBS,
        Keys.REASONING_TAGS);
  }
}
