package io.herd.job.config;

import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Format.Kind;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.Message;
import io.herd.udfs.text.PromptSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The settings that a run really had, in the order of {@code conf/reference.conf} and with secrets
 * masked, for {@code run.json} and the report.
 */
public final class EffectiveSettings {
  private final Map<String, Object> herd = new LinkedHashMap<>();

  private EffectiveSettings() {}

  /**
   * Groups become maps; leaves are strings, numbers, booleans, lists and, where nothing is set,
   * null.
   */
  public static Map<String, Object> of(Settings settings) {
    EffectiveSettings effective = new EffectiveSettings();
    effective.model(settings.model());
    effective.hub(settings.hub());
    effective.input(settings.input());
    effective.prompt(settings.prompt(), settings.examples());
    effective.textAndLabels(settings);
    effective.output(settings.output());
    effective.run(settings.run());
    effective.engine(settings.engine());
    return effective.herd;
  }

  private void model(Settings.Model model) {
    put(Keys.MODEL_PATH, model.path());
    put(Keys.MODEL_ID, model.id());
    put(Keys.MODEL_REVISION, model.revision());
    put(Keys.MODEL_DISTRIBUTION, model.distribution());
    put(Keys.MODEL_STAGING, model.staging());
    put(Keys.MODEL_DTYPE, model.dtype());
    put(Keys.MODEL_DEVICE, model.device());
  }

  private void hub(Settings.Hub hub) {
    put(Keys.HUB_ENDPOINT, hub.endpoint());
    put(Keys.HUB_CACHE, hub.cache());
    put(Keys.HUB_TOKEN_FILE, hub.tokenFile());
  }

  private void input(Settings.Input input) {
    put(Keys.INPUT_FORMAT, input.format().isEmpty() ? null : input.format());
    put(Keys.INPUT_PATH, input.path());
    put(Keys.INPUT_TABLE, input.table());
    put(Keys.INPUT_SQL, input.sql());
    put(Keys.INPUT_OPTIONS, input.options());
    put(Keys.INPUT_SCHEMA, input.schema());
    put(Keys.INPUT_ID_COLUMN, input.idColumn());
  }

  private void prompt(PromptSettings prompt, Settings.ExampleFile examples) {
    put(Keys.PROMPT_COLUMN, prompt.column());
    put(Keys.PROMPT_TEMPLATE, prompt.template());
    put(Keys.PROMPT_MESSAGES, prompt.messages().isEmpty() ? null : prompt.messages());
    put(Keys.PROMPT_MESSAGES_COLUMN, prompt.messagesColumn());
    put(Keys.PROMPT_SYSTEM, prompt.system());
    put(Keys.EXAMPLES_PATH, examples.path());
    put(Keys.EXAMPLES_FORMAT, examples.format().isEmpty() ? null : examples.format());
    put(Keys.EXAMPLES_OPTIONS, examples.options());
    put(Keys.EXAMPLES_ANSWER, examples.answer().isEmpty() ? null : examples.answer());
    put(Keys.EXAMPLES_K, examples.k());
    put(Keys.PROMPT_CHAT, prompt.chat());
    put(Keys.PROMPT_SPECIAL_TOKENS, prompt.specialTokens());
    put(Keys.PROMPT_DATE, prompt.date());
    put(Keys.PROMPT_ON_OVERFLOW, prompt.onOverflow());
    put(Keys.PROMPT_TRUNCATE_COLUMN, prompt.truncateColumn());
  }

  private void textAndLabels(Settings settings) {
    put(Keys.MAX_NEW_TOKENS, settings.generate().maxNewTokens());
    put(Keys.MAX_NEW_TOKENS_COLUMN, settings.newTokensColumn());
    put(Keys.MIN_NEW_TOKENS, settings.generate().minNewTokens());
    put(Keys.IGNORE_EOS, settings.generate().ignoreEos());
    put(Keys.STOP, settings.generate().stop());
    put(Keys.SEED, settings.generate().seed());
    Sampling sampling = settings.generate().sampling();
    put(Keys.TEMPERATURE, sampling.temperature());
    put(Keys.TOP_K, sampling.topK());
    put(Keys.TOP_P, sampling.topP());
    put(Keys.MIN_P, sampling.minP());
    put(Keys.REPETITION_PENALTY, sampling.repetitionPenalty());
    put(Keys.PRESENCE_PENALTY, sampling.presencePenalty());
    put(Keys.FREQUENCY_PENALTY, sampling.frequencyPenalty());
    put(Keys.SAMPLES, settings.generate().samples());
    put(Keys.LOGPROBS, settings.generate().logprobs());
    labelling(settings.labelling());
    format(settings.generate().format());
    put(Keys.GOLD_COLUMN, settings.goldColumn());
  }

  private void labelling(Labelling labelling) {
    Labelling.Questions questions = labelling.questions();
    put(Keys.CHOICES, labelling.choices());
    put(Keys.CHOICES_COLUMN, labelling.column());
    put(Keys.NORMALIZE, labelling.normalize());
    put(Keys.CALIBRATE, labelling.contentFree() != null);
    put(Keys.CONTENT_FREE, labelling.contentFree());
    put(Keys.ABSTAIN_BELOW, labelling.abstainBelow());
    put(Keys.MULTI, labelling.multi());
    put(Keys.QUESTION, labelling.multi() ? questions.template() : null);
    put(Keys.YES, labelling.multi() ? questions.yes() : null);
    put(Keys.NO, labelling.multi() ? questions.no() : null);
    put(Keys.THRESHOLD, labelling.multi() ? questions.threshold() : null);
  }

  private void format(Format format) {
    Kind kind = format == null ? null : format.kind();
    put(Keys.FORMAT_REGEX, kind == Kind.REGEX ? format.sources().get(0) : null);
    put(Keys.FORMAT_JSON_SCHEMA, kind == Kind.JSON_SCHEMA ? format.sources().get(0) : null);
    put(Keys.FORMAT_CHOICE, kind == Kind.CHOICE ? format.sources() : List.of());
  }

  private void output(Settings.Output output) {
    put(Keys.OUTPUT_FORMAT, output.format());
    put(Keys.OUTPUT_PATH, output.path());
    put(Keys.OUTPUT_TABLE, output.table());
    put(Keys.OUTPUT_MODE, output.mode());
    put(Keys.OUTPUT_OPTIONS, output.options());
    put(Keys.PARTITION_BY, output.partitionBy());
  }

  private void run(Settings.Run run) {
    put(Keys.WORK_DIR, run.workDir());
    put(Keys.MAX_FAILED_FRACTION, run.maxFailedFraction());
    OptionalInt rows = run.stop().maxFailedRows();
    put(Keys.MAX_FAILED_ROWS, rows.isPresent() ? rows.getAsInt() : null);
    put(Keys.MAX_DURATION, run.stop().maxDuration());
    put(Keys.COST, run.costPerExecutorHour());
    put(Keys.PUBLISH_PARTIAL, run.stop().publishPartial());
    put(Keys.CHECKPOINT_ROWS, run.checkpointRows());
    put(Keys.CHECKPOINT_EVERY, timeOrAuto(run.checkpointEvery()));
  }

  private void engine(Settings.Engine engine) {
    put(Keys.SLOTS, engine.slots());
    put(Keys.MEMORY, engine.memory());
    put(Keys.MAX_LENGTH, engine.maxLength());
    put(Keys.THREADS, engine.threads());
    put(Keys.STEP_TIMEOUT, timeOrAuto(engine.stepTimeout()));
    put(Keys.DETERMINISTIC, engine.deterministic());
  }

  private static Object timeOrAuto(Optional<Duration> time) {
    return time.isPresent() ? time : "auto";
  }

  @SuppressWarnings("unchecked") // groups are put here and are maps
  private void put(Key<?> key, Object value) {
    Map<String, Object> group = herd;
    for (String path : key.groups().subList(1, key.groups().size())) {
      String name = path.substring(path.lastIndexOf('.') + 1);
      group = (Map<String, Object>) group.computeIfAbsent(name, any -> new LinkedHashMap<>());
    }
    group.put(key.name(), plain(value));
  }

  private static Object plain(Object value) {
    if (value instanceof Optional<?> optional) {
      return plain(optional.orElse(null));
    } else if (value instanceof OptionalInt number) {
      return number.isPresent() ? number.getAsInt() : "auto";
    } else if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    } else if (value instanceof Duration time) {
      return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    } else if (value instanceof Map<?, ?> options) {
      return masked(options);
    } else if (value instanceof Choice choice) {
      return choice.equals(Choice.of(choice.text()))
          ? plain(choice.text())
          : new TreeMap<>( // in the same order in every JVM
              Map.of("value", plain(choice.value()), "text", plain(choice.text())));
    } else if (value instanceof Message message) {
      return new TreeMap<>(
          Map.of("role", message.role(), "content", SecretText.mask(message.content())));
    } else if (value instanceof Collection<?> texts) {
      return texts.stream().map(EffectiveSettings::plain).toList();
    } else if (value instanceof String || value instanceof Path || value instanceof URI) {
      return SecretText.mask(value.toString());
    }
    return value;
  }

  private static Map<String, Object> masked(Map<?, ?> options) {
    Map<String, Object> masked = new TreeMap<>();
    options.forEach(
        (name, value) ->
            masked.put(name.toString(), SecretText.maskOption(name.toString(), value.toString())));
    return masked;
  }
}
