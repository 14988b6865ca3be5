package io.herd.job.config;

import io.herd.job.config.Settings.Device;
import io.herd.job.config.Settings.Distribution;
import io.herd.job.config.Settings.DtypeChoice;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds combinations of valid keys that are invalid together. */
final class Contradictions {
  private final Values values;
  private final Problems problems;

  Contradictions(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  /** Checks a job, whose input and output are configured. */
  void findInJob() {
    exactlyOne(Keys.INPUT_PATH, Keys.INPUT_TABLE, Keys.INPUT_SQL);
    exactlyOne(Keys.OUTPUT_PATH, Keys.OUTPUT_TABLE);
    needed(Keys.WORK_DIR);
    input();
    output();
    new RunRules(values, problems).find();
    new BatchRules(values, problems, this).find();
    find();
  }

  private void output() {
    if (values.isSet(Keys.OUTPUT_PATH) && values.get(Keys.OUTPUT_FORMAT).equalsIgnoreCase("jdbc")) {
      problems.add(
          values.place(Keys.OUTPUT_PATH),
          "herd.output.path: a database has tables. Set herd.output.table instead");
    }
    if (!values.isSet(Keys.OUTPUT_PATH)) {
      useless(
          Keys.OUTPUT_TABLE,
          "a table has no order and manages its own files",
          Keys.OUTPUT_ORDER,
          Keys.OUTPUT_FILES);
    }
    if (values.get(Keys.OUTPUT_ORDER) != null && !values.get(Keys.PARTITION_BY).isEmpty()) {
      problems.add(
          values.place(Keys.OUTPUT_ORDER),
          "herd.output.order: herd.output.partition-by puts consecutive rows into different"
              + " directories. Remove one");
    }
  }

  /** Checks a call of the library, whose rows come from the caller. */
  void findInCall() {
    Keys.ALL.stream()
        .filter(key -> values.isSet(key) && ofJobsOnly(key))
        .forEach(
            key ->
                problems.add(
                    values.place(key),
                    key.path()
                        + ": has no effect here, because the caller supplies the rows. Remove it"));
    if (values.get(Keys.MODEL_DISTRIBUTION) == Distribution.STAGED
        && !values.isSet(Keys.MODEL_STAGING)) {
      needed(Keys.WORK_DIR);
    }
    find();
  }

  private static boolean ofJobsOnly(Key<?> key) {
    return key.path().startsWith("herd.cascade.")
        || List.of(Keys.VARIANTS, Keys.VARIANT).contains(key)
        || (key.path().startsWith("herd.output.") && !key.path().startsWith("herd.output.columns."))
        || (key.path().startsWith("herd.input.") && !key.equals(Keys.INPUT_ID_COLUMN))
        || List.of(
                Keys.GOLD_COLUMN,
                Keys.MAX_FAILED_FRACTION,
                Keys.MAX_DURATION,
                Keys.MAX_FAILED_ROWS,
                Keys.MAX_TOKENS,
                Keys.MAX_COST,
                Keys.OVER_BUDGET,
                Keys.REPORT_ROWS,
                Keys.PUBLISH_PARTIAL)
            .contains(key);
  }

  private void find() {
    exactlyOne(Keys.MODEL_PATH, Keys.MODEL_ID);
    ModerationRules moderation = new ModerationRules(values, problems);
    if (!moderation.givesPrompt() && !BatchRules.lacksPrompt(values)) {
      exactlyOne(ModerationRules.PROMPTS);
    }
    moderation.find(this);
    useless(Keys.MODEL_PATH, "a local model has no revisions", Keys.MODEL_REVISION);
    if (values.find(Keys.MODEL_ADAPTER).orElse(List.of()).stream()
        .allMatch(adapter -> adapter.repository().isEmpty())) {
      useless(
          Keys.MODEL_PATH,
          "its files are read in place, on every node",
          Keys.MODEL_DISTRIBUTION,
          Keys.MODEL_STAGING);
    }
    new PromptContradictions(values, problems, this).find();
    generation();
    engine();
    new CascadeRules(values, problems).find(this);
  }

  void exactlyOne(Key<?>... keys) {
    List<Key<?>> set = Arrays.stream(keys).filter(values::isSet).toList();
    if (set.isEmpty()) {
      problems.add(
          values.place(keys[0]),
          "needs exactly one of "
              + paths(List.of(keys))
              + ". Example: "
              + keys[0].name()
              + " = "
              + keys[0].example());
    } else if (set.size() > 1) {
      problems.add(
          values.place(set.get(set.size() - 1)),
          paths(set) + ": only one of them can be set. Remove the others, or set them to null");
    }
  }

  private static String paths(List<Key<?>> keys) {
    return keys.stream().map(Key::path).collect(Collectors.joining(", "));
  }

  private void needed(Key<?> key) {
    if (!values.isSet(key)) {
      problems.add(values.place(key), key.path() + ": is needed. " + key.allowed());
    }
  }

  /** Reports keys that have no effect because {@code cause} is set. */
  void useless(Key<?> cause, String reason, Key<?>... keys) {
    if (values.isSet(cause)) {
      for (Key<?> key : keys) {
        if (values.isSet(key)) {
          problems.add(
              values.place(key),
              key.path() + ": does nothing with " + cause.path() + ": " + reason + ". Remove one");
        }
      }
    }
  }

  private void input() {
    if (!values.isSet(Keys.INPUT_PATH)) {
      useless(Keys.INPUT_TABLE, "the catalog knows it", Keys.INPUT_FORMAT, Keys.INPUT_SCHEMA);
      useless(
          Keys.INPUT_TABLE,
          "a table has no order; a query with ORDER BY has one (herd.input.sql)",
          Keys.OUTPUT_ORDER);
      useless(Keys.INPUT_SQL, "the query says it", Keys.INPUT_FORMAT, Keys.INPUT_SCHEMA);
      useless(Keys.INPUT_SQL, "a query has none", Keys.INPUT_OPTIONS);
    } else if (!values.isSet(Keys.INPUT_FORMAT)) {
      problems.add(
          values.place(Keys.INPUT_PATH),
          "herd.input.format: is needed with herd.input.path. Allowed: json, csv, parquet, orc,"
              + " text or another Spark source. Example: format = "
              + likelyFormat(values.find(Keys.INPUT_PATH).orElse("")));
    }
  }

  private static String likelyFormat(String path) {
    String name = path.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst|bz2)$", "");
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "csv", "tsv" -> "csv";
      case "parquet" -> "parquet";
      case "orc" -> "orc";
      case "txt" -> "text";
      default -> "json";
    };
  }

  private void generation() {
    LabellingRules labels = new LabellingRules(values, problems);
    labels.find();
    if (labels.labelled()) {
      useless(
          labels.cause(),
          "each row gets a label, and no text is generated",
          Keys.MAX_NEW_TOKENS,
          Keys.MAX_NEW_TOKENS_COLUMN,
          Keys.MIN_NEW_TOKENS,
          Keys.IGNORE_EOS,
          Keys.STOP,
          Keys.TEMPERATURE,
          Keys.TOP_K,
          Keys.TOP_P,
          Keys.MIN_P,
          Keys.REPETITION_PENALTY,
          Keys.PRESENCE_PENALTY,
          Keys.FREQUENCY_PENALTY,
          Keys.SAMPLES,
          Keys.LOGPROBS,
          Keys.REASONING_TAGS);
      useless(labels.cause(), "each row gets a label, and no text is generated", formats());
    }
    samples();
    format();
    reasoning();
    int least = values.get(Keys.MIN_NEW_TOKENS);
    int most = values.get(Keys.MAX_NEW_TOKENS);
    if (least > most) {
      problems.add(
          values.place(Keys.MIN_NEW_TOKENS),
          String.format(
              Locale.ROOT,
              "herd.generate.min-new-tokens: %d is more than max-new-tokens, which is %d",
              least,
              most));
    }
  }

  private void format() {
    Key<?>[] formats = formats();
    if (formats.length > 1) {
      exactlyOne(formats);
    }
    for (Key<?> key : formats) {
      useless(
          key,
          "the format decides where a completion ends",
          Keys.STOP,
          Keys.MIN_NEW_TOKENS,
          Keys.IGNORE_EOS);
      useless(key, "the format applies from the completion's first token", Keys.REASONING_TAGS);
    }
  }

  private void reasoning() {
    List<String> tags = values.get(Keys.REASONING_TAGS);
    if (tags.size() == 1 || tags.size() > 2) {
      problems.add(
          values.place(Keys.REASONING_TAGS),
          "herd.generate.reasoning-tags: are "
              + tags.size()
              + ", and two are needed: one before the reasoning and one after it. Example:"
              + " "
              + Keys.REASONING_TAGS.example());
    }
  }

  /** Returns the keys that are set; an empty list counts as not set. */
  private Key<?>[] formats() {
    return Stream.of(Keys.FORMAT_REGEX, Keys.FORMAT_JSON_SCHEMA, Keys.FORMAT_CHOICE)
        .filter(values::isSet)
        .filter(key -> !key.equals(Keys.FORMAT_CHOICE) || !values.get(Keys.FORMAT_CHOICE).isEmpty())
        .toArray(Key<?>[]::new);
  }

  private void samples() {
    boolean several = values.get(Keys.SAMPLES) > 1;
    if (several && values.get(Keys.TEMPERATURE) == 0) {
      problems.add(
          values.place(Keys.SAMPLES),
          "herd.generate.samples: at temperature 0 they would all be the same. Set"
              + " herd.generate.temperature, for example to 0.8");
    }
    if (several && values.isSet(Keys.GOLD_COLUMN)) {
      problems.add(
          values.place(Keys.GOLD_COLUMN),
          "herd.gold-column: is compared with one answer per row, and herd.generate.samples is "
              + values.get(Keys.SAMPLES)
              + ". Remove one");
    }
    if (values.get(Keys.TOP_P) == 0) {
      problems.add(
          values.place(Keys.TOP_P),
          "herd.generate.top-p: 0 leaves no token. For greedy decoding set temperature = 0");
    }
  }

  /**
   * Checks the keys of an engine that may be a server.
   *
   * @param decided keys of Herd's own engine
   */
  void endpoint(
      Key<Settings.EngineKind> kind, Key<List<URI>> url, Key<String> model, Key<?>... decided) {
    if (values.get(kind) == Settings.EngineKind.ENDPOINT) {
      needed(url);
      useless(kind, "the server decides it", decided);
      return;
    }
    for (Key<?> key : List.of(url, model)) {
      if (values.isSet(key)) {
        problems.add(
            values.place(key),
            key.path()
                + ": does nothing unless "
                + kind.path()
                + " = endpoint. Set that, or remove it");
      }
    }
  }

  private void engine() {
    endpoint(
        Keys.ENGINE_KIND,
        Keys.ENGINE_URL,
        Keys.ENGINE_MODEL,
        Keys.MODEL_ADAPTER,
        Keys.MODEL_DISTRIBUTION,
        Keys.MODEL_STAGING,
        Keys.MODEL_DTYPE,
        Keys.MODEL_DEVICE,
        Keys.MEMORY,
        Keys.THREADS,
        Keys.LANES,
        Keys.LOOKUP,
        Keys.DETERMINISTIC);
    if (values.get(Keys.MODEL_DTYPE) == DtypeChoice.INT8
        && values.get(Keys.MODEL_DEVICE) == Device.CUDA) {
      problems.add(
          values.place(Keys.MODEL_DTYPE),
          "herd.model.dtype: int8 is for processors, and herd.model.device is cuda. Set dtype ="
              + " bfloat16, or device = cpu");
    }
    if (values.get(Keys.DETERMINISTIC) && values.get(Keys.MAX_LENGTH).isEmpty()) {
      problems.add(
          values.place(Keys.DETERMINISTIC),
          "herd.engine.deterministic: needs herd.engine.max-length as a number, because auto"
              + " depends on the rows. Example: max-length = 2048");
    }
  }
}
