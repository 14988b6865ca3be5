package io.herd.job.config;

/** Finds keys that have no effect or can't be applied with OpenAI's batch files. */
final class BatchRules {
  private final Values values;
  private final Problems problems;
  private final Contradictions others;

  BatchRules(Values values, Problems problems, Contradictions others) {
    this.values = values;
    this.problems = problems;
    this.others = others;
  }

  void find() {
    boolean in = values.find(Keys.INPUT_FORMAT).filter(Settings.BATCH::equals).isPresent();
    if (in) {
      input();
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
