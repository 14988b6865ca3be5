package io.herd.job.config;

import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Moderation;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.Policy;
import io.herd.udfs.text.PromptSettings;
import io.herd.udfs.text.TemplateArguments;
import java.util.List;

/** Builds the parts of the settings that are sent to executors. */
final class ExecutorSettings {
  private ExecutorSettings() {}

  static PromptSettings prompt(Values values) {
    return new PromptSettings(
        values.get(Keys.PROMPT_COLUMN),
        values.get(Keys.PROMPT_TEMPLATE),
        values.find(Keys.PROMPT_MESSAGES).orElse(List.of()),
        values.get(Keys.PROMPT_MESSAGES_COLUMN),
        values.get(Keys.PROMPT_SYSTEM),
        values.get(Keys.PROMPT_CHAT),
        values.get(Keys.PROMPT_SPECIAL_TOKENS),
        values.get(Keys.PROMPT_DATE),
        values.get(Keys.PROMPT_ON_OVERFLOW),
        values.get(Keys.PROMPT_TRUNCATE_COLUMN),
        new TemplateArguments(
            values.get(Keys.PROMPT_TOOLS), values.get(Keys.PROMPT_KWARGS), policy(values)));
  }

  private static Policy policy(Values values) {
    return values.get(Keys.TASK) == Settings.Task.MODERATION
        ? new Policy(
            values.get(Keys.MODERATION_CATEGORIES).of(), values.get(Keys.MODERATION_EXCLUDE))
        : null;
  }

  static GenerateSettings generate(Values values, Format format) {
    return new GenerateSettings(
        values.get(Keys.MAX_NEW_TOKENS),
        values.get(Keys.MIN_NEW_TOKENS),
        values.get(Keys.IGNORE_EOS),
        values.get(Keys.STOP),
        values.get(Keys.SEED),
        new Sampling(
            values.get(Keys.TEMPERATURE),
            values.get(Keys.TOP_K),
            values.get(Keys.TOP_P),
            values.get(Keys.MIN_P),
            values.get(Keys.REPETITION_PENALTY),
            values.get(Keys.PRESENCE_PENALTY),
            values.get(Keys.FREQUENCY_PENALTY)),
        values.get(Keys.SAMPLES),
        values.get(Keys.LOGPROBS),
        format);
  }

  static Labelling labelling(Values values) {
    if (values.get(Keys.TASK) == Settings.Task.MODERATION) {
      return Labelling.of(
          new Moderation(values.get(Keys.MODERATION_THRESHOLD)), values.get(Keys.ABSTAIN_BELOW));
    }
    Labelling.Questions questions =
        values.get(Keys.MULTI)
            ? new Labelling.Questions(
                values.get(Keys.QUESTION),
                values.get(Keys.YES),
                values.get(Keys.NO),
                values.get(Keys.THRESHOLD))
            : null;
    return new Labelling(
        values.get(Keys.CHOICES),
        values.get(Keys.CHOICES_COLUMN),
        values.get(Keys.NORMALIZE),
        values.get(Keys.CONTENT_FREE),
        values.get(Keys.ABSTAIN_BELOW),
        questions);
  }
}
