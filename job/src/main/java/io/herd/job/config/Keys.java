package io.herd.job.config;

import static io.herd.job.config.ListTypes.choices;
import static io.herd.job.config.ListTypes.distinctTexts;
import static io.herd.job.config.ListTypes.options;
import static io.herd.job.config.ListTypes.texts;
import static io.herd.job.config.ListTypes.webAddresses;
import static io.herd.job.config.NumberTypes.autoOr;
import static io.herd.job.config.NumberTypes.duration;
import static io.herd.job.config.NumberTypes.number;
import static io.herd.job.config.NumberTypes.wholeLong;
import static io.herd.job.config.NumberTypes.wholeNumber;
import static io.herd.job.config.TextTypes.localFile;
import static io.herd.job.config.TextTypes.localPath;
import static io.herd.job.config.TextTypes.modelId;
import static io.herd.job.config.TextTypes.oneOf;
import static io.herd.job.config.TextTypes.path;
import static io.herd.job.config.TextTypes.text;
import static io.herd.job.config.TextTypes.truth;
import static io.herd.job.config.TextTypes.webAddress;

import io.herd.job.config.Settings.Device;
import io.herd.job.config.Settings.Distribution;
import io.herd.job.config.Settings.DtypeChoice;
import io.herd.job.config.Settings.EngineKind;
import io.herd.job.config.Settings.Lookup;
import io.herd.job.config.Settings.Mode;
import io.herd.job.config.Settings.OnEmpty;
import io.herd.job.config.Settings.Order;
import io.herd.job.config.Settings.OverBudget;
import io.herd.job.config.Settings.Task;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.Labelling.Normalize;
import io.herd.udfs.text.Message;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.OnOverflow;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Every key of the configuration, in the order of {@code conf/reference.conf}. */
final class Keys {
  private static final List<Key<?>> declared = new ArrayList<>();

  static final Key<String> MODEL_PATH = key("model.path", localPath(), "\"/models/llama-1b\"");
  static final Key<String> MODEL_ID =
      key("model.id", modelId(), "\"meta-llama/Llama-3.2-1B-Instruct\"");
  static final Key<String> MODEL_REVISION = key("model.revision", text(), "\"main\"");
  static final Key<List<AdapterSource>> MODEL_ADAPTER =
      key("model.adapter", new AdaptersType(), "\"hf://owner/adapter\"");
  static final Key<Distribution> MODEL_DISTRIBUTION =
      key("model.distribution", oneOf(Distribution.class), "staged");
  static final Key<String> MODEL_STAGING = key("model.staging", path(), "\"s3a://bucket/models\"");
  static final Key<DtypeChoice> MODEL_DTYPE =
      key("model.dtype", oneOf(DtypeChoice.class), "bfloat16");
  static final Key<Device> MODEL_DEVICE = key("model.device", oneOf(Device.class), "cuda");

  static final Key<URI> HUB_ENDPOINT = key("hub.endpoint", webAddress(), "\"https://hub.example\"");
  static final Key<String> HUB_CACHE = key("hub.cache", localPath(), "\"/data/hub\"");
  static final Key<String> HUB_TOKEN_FILE =
      key("hub.token-file", localPath(), "\"/run/secrets/hf-token\"");

  static final Key<String> INPUT_FORMAT = deciding("input.format", text(), "json");
  static final Key<String> INPUT_PATH = deciding("input.path", path(), "\"reviews/*.jsonl\"");
  static final Key<String> INPUT_TABLE = deciding("input.table", text(), "\"sales.reviews\"");
  static final Key<String> INPUT_SQL =
      deciding("input.sql", text(), "\"SELECT id, text FROM sales.reviews\"");
  static final Key<Map<String, String>> INPUT_OPTIONS =
      deciding("input.options", options(), "{ header = true }");
  static final Key<String> INPUT_SCHEMA =
      deciding("input.schema", text(), "\"id BIGINT, text STRING\"");
  static final Key<String> INPUT_ID_COLUMN = deciding("input.id-column", text(), "\"id\"");

  static final Key<String> PROMPT_COLUMN = deciding("prompt.column", text(), "\"question\"");
  static final Key<String> PROMPT_TEMPLATE =
      deciding("prompt.template", text(), "\"Review: {{ text }}\\nSentiment:\"");
  static final Key<List<Message>> PROMPT_MESSAGES =
      deciding(
          "prompt.messages", new MessagesType(), "[{ role = user, content = \"{{ text }}\" }]");
  static final Key<String> PROMPT_MESSAGES_COLUMN =
      deciding("prompt.messages-column", text(), "\"conversation\"");
  static final Key<String> PROMPT_SYSTEM =
      deciding("prompt.system", text(), "\"Answer in one word.\"");
  static final Key<String> EXAMPLES_PATH =
      deciding("prompt.examples.path", path(), "\"examples.jsonl\"");
  static final Key<String> EXAMPLES_FORMAT = deciding("prompt.examples.format", text(), "json");
  static final Key<Map<String, String>> EXAMPLES_OPTIONS =
      deciding("prompt.examples.options", options(), "{ header = true }");
  static final Key<String> EXAMPLES_ANSWER =
      deciding("prompt.examples.answer", text(), "\" {{ label }}\"");
  static final Key<Integer> EXAMPLES_K =
      deciding("prompt.examples.k", wholeNumber(1, "examples"), "8");
  static final Key<Chat> PROMPT_CHAT = deciding("prompt.chat", oneOf(Chat.class), "on");
  static final Key<SpecialTokens> PROMPT_SPECIAL_TOKENS =
      deciding("prompt.special-tokens", oneOf(SpecialTokens.class), "text");
  static final Key<String> PROMPT_DATE = deciding("prompt.date", text(), "\"26 Jul 2024\"");
  static final Key<String> PROMPT_KWARGS =
      deciding("prompt.chat-template-kwargs", new KwargsType(), "{ enable_thinking = false }");
  static final Key<String> PROMPT_TOOLS = deciding("prompt.tools", localFile(), "\"tools.json\"");
  static final Key<OnEmpty> PROMPT_ON_EMPTY =
      deciding("prompt.on-empty", oneOf(OnEmpty.class), "fail");
  static final Key<OnOverflow> PROMPT_ON_OVERFLOW =
      deciding("prompt.on-overflow", oneOf(OnOverflow.class), "truncate-middle");
  static final Key<String> PROMPT_TRUNCATE_COLUMN =
      deciding("prompt.truncate-column", text(), "\"text\"");

  static final Key<Integer> MAX_NEW_TOKENS =
      deciding("generate.max-new-tokens", wholeNumber(1, "tokens"), "64");
  static final Key<String> MAX_NEW_TOKENS_COLUMN =
      deciding("generate.max-new-tokens-column", text(), "\"budget\"");
  static final Key<Integer> MIN_NEW_TOKENS =
      deciding("generate.min-new-tokens", wholeNumber(0, "tokens"), "0");
  static final Key<Boolean> IGNORE_EOS = deciding("generate.ignore-eos", truth(), "false");
  static final Key<List<String>> STOP = deciding("generate.stop", texts(), "[\"\\n\\n\"]");
  static final Key<Long> SEED = deciding("generate.seed", wholeLong(), "42");
  static final Key<Double> TEMPERATURE =
      deciding("generate.temperature", number(0, Double.MAX_VALUE), "0.7");
  static final Key<Integer> TOP_K = deciding("generate.top-k", wholeNumber(0, "tokens"), "50");
  static final Key<Double> TOP_P = deciding("generate.top-p", number(0, 1), "0.9");
  static final Key<Double> MIN_P = deciding("generate.min-p", number(0, 1), "0.05");
  static final Key<Double> REPETITION_PENALTY =
      deciding("generate.repetition-penalty", number(0.01, 100), "1.1");
  static final Key<Double> PRESENCE_PENALTY =
      deciding("generate.presence-penalty", number(-10, 10), "0.5");
  static final Key<Double> FREQUENCY_PENALTY =
      deciding("generate.frequency-penalty", number(-10, 10), "0.5");
  static final Key<Integer> SAMPLES =
      deciding("generate.samples", wholeNumber(1, "completions"), "4");
  static final Key<Integer> LOGPROBS = deciding("generate.logprobs", wholeNumber(0, "tokens"), "5");
  static final Key<List<String>> REASONING_TAGS =
      key("generate.reasoning-tags", distinctTexts("tag"), "[\"<think>\", \"</think>\"]");

  static final Key<List<Choice>> CHOICES =
      deciding("choices", choices(), "[\" positive\", \" negative\"]");
  static final Key<String> CHOICES_COLUMN = deciding("choices-column", text(), "\"candidates\"");
  static final Key<Normalize> NORMALIZE =
      deciding("labelling.normalize", oneOf(Normalize.class), "length");
  static final Key<Boolean> CALIBRATE = deciding("labelling.calibrate", truth(), "true");
  static final Key<String> CONTENT_FREE = deciding("labelling.content-free", text(), "\"N/A\"");
  static final Key<Double> ABSTAIN_BELOW = deciding("labelling.abstain-below", number(0, 1), "0.6");
  static final Key<Boolean> MULTI = deciding("labelling.multi", truth(), "true");
  static final Key<String> QUESTION =
      deciding("labelling.question", text(), "\"\\nIs it about {{ label }}?\"");
  static final Key<String> YES = deciding("labelling.yes", text(), "\" yes\"");
  static final Key<String> NO = deciding("labelling.no", text(), "\" no\"");
  static final Key<Double> THRESHOLD = deciding("labelling.threshold", number(0, 1), "0.7");

  static final Key<Task> TASK = deciding("task", oneOf(Task.class), "moderation");
  static final Key<String> MODERATION_PROMPT =
      deciding("moderation.prompt-column", text(), "\"question\"");
  static final Key<String> MODERATION_RESPONSE =
      deciding("moderation.response-column", text(), "\"answer\"");
  static final Key<Categories> MODERATION_CATEGORIES =
      deciding("moderation.categories", Categories.type(), "{ S1 = \"Violent Crimes.\" }");
  static final Key<List<String>> MODERATION_EXCLUDE =
      deciding("moderation.exclude", distinctTexts("category"), "[S6, S13]");
  static final Key<Double> MODERATION_THRESHOLD =
      deciding("moderation.threshold", number(0, 1), "0.5");

  static final Key<String> FORMAT_REGEX = deciding("format.regex", text(), "\"[A-Z]{2}-[0-9]{4}\"");
  static final Key<String> FORMAT_JSON_SCHEMA =
      deciding("format.json-schema", new SchemaType(), "\"schemas/review.json\"");
  static final Key<List<String>> FORMAT_CHOICE =
      deciding("format.choice", texts(), "[\"yes\", \"no\"]");

  static final Key<String> CASCADE_PATH =
      key("cascade.model.path", localPath(), "\"/models/llama-8b\"");
  static final Key<String> CASCADE_ID =
      key("cascade.model.id", modelId(), "\"meta-llama/Llama-3.1-8B-Instruct\"");
  static final Key<String> CASCADE_REVISION = key("cascade.model.revision", text(), "\"main\"");
  static final Key<DtypeChoice> CASCADE_DTYPE =
      key("cascade.model.dtype", oneOf(DtypeChoice.class), "bfloat16");
  static final Key<EngineKind> CASCADE_KIND =
      key("cascade.engine.kind", oneOf(EngineKind.class), "endpoint");
  static final Key<List<URI>> CASCADE_URL =
      key("cascade.engine.url", webAddresses(), "\"http://gpu-1:8000\"");
  static final Key<String> CASCADE_SERVED =
      key("cascade.engine.model", text(), "\"meta-llama/Llama-3.3-70B-Instruct\"");
  static final Key<Double> CASCADE_AGREEMENT =
      deciding("cascade.target-agreement", number(0, 1), "0.95");
  static final Key<Double> CASCADE_ACCURACY =
      deciding("cascade.target-accuracy", number(0, 1), "0.9");
  static final Key<Double> CASCADE_CONFIDENCE =
      deciding("cascade.confidence", number(0.5, 1), "0.99");
  static final Key<Integer> CASCADE_SAMPLE =
      deciding("cascade.sample", wholeNumber(1, "rows"), "2000");
  static final Key<Long> CASCADE_SEED = deciding("cascade.seed", wholeLong(), "42");

  static final Key<Variants> VARIANTS =
      key("variants", new VariantsType(), "{ short { prompt.column = title } }");
  static final Key<String> VARIANT = key("variant", text(), "\"short\"");

  static final Key<String> GOLD_COLUMN = deciding("gold-column", text(), "\"label\"");

  static final Key<String> OUTPUT_FORMAT = key("output.format", text(), "\"parquet\"");
  static final Key<String> OUTPUT_PATH = key("output.path", path(), "\"out/reviews\"");
  static final Key<String> OUTPUT_TABLE = key("output.table", text(), "\"sales.review_labels\"");
  static final Key<Mode> OUTPUT_MODE = key("output.mode", oneOf(Mode.class), "overwrite");
  static final Key<Map<String, String>> OUTPUT_OPTIONS =
      key("output.options", options(), "{ compression = zstd }");
  static final Key<List<String>> PARTITION_BY =
      key("output.partition-by", distinctTexts("column"), "[\"lang\"]");
  static final Key<Order> OUTPUT_ORDER = deciding("output.order", oneOf(Order.class), "input");
  static final Key<Integer> OUTPUT_FILES = key("output.files", wholeNumber(1, "files"), "1");
  static final Key<List<String>> COLUMNS_SELECT =
      key("output.columns.select", distinctTexts("column"), "[\"label\", \"error\"]");
  static final Key<NewNames> COLUMNS_RENAME =
      key("output.columns.rename", NewNames.type(), "{ label = sentiment }");
  static final Key<String> COLUMNS_PREFIX = key("output.columns.prefix", text(), "\"herd_\"");

  static final Key<String> WORK_DIR = key("run.work-dir", path(), "\"work/reviews\"");
  static final Key<Double> MAX_FAILED_FRACTION =
      key("run.max-failed-fraction", number(0, 1), "0.01");
  static final Key<Integer> MAX_FAILED_ROWS =
      key("run.max-failed-rows", wholeNumber(0, "rows"), "1000");
  static final Key<Duration> MAX_DURATION =
      key("run.max-duration", duration(Duration.ofSeconds(1)), "6h");
  static final Key<Long> MAX_TOKENS = key("run.max-tokens", wholeLong(1, "tokens"), "1000000");
  static final Key<Double> MAX_COST = key("run.max-cost", number(0, Double.MAX_VALUE), "25");
  static final Key<OverBudget> OVER_BUDGET =
      key("run.over-budget", oneOf(OverBudget.class), "stop");
  static final Key<Double> COST =
      key("run.cost-per-executor-hour", number(0, Double.MAX_VALUE), "0.53");
  static final Key<Double> COST_PROMPT =
      key("run.cost-per-million-prompt-tokens", number(0, Double.MAX_VALUE), "0.10");
  static final Key<Double> COST_GENERATED =
      key("run.cost-per-million-generated-tokens", number(0, Double.MAX_VALUE), "0.40");
  static final Key<Integer> REPORT_ROWS = key("run.report-rows", wholeNumber(0, "rows"), "5");
  static final Key<Boolean> PUBLISH_PARTIAL = key("run.publish-partial", truth(), "true");
  static final Key<OptionalInt> CHECKPOINT_ROWS =
      key("run.checkpoint.rows", autoOr(1, "rows"), "500");
  static final Key<Optional<Duration>> CHECKPOINT_EVERY =
      key("run.checkpoint.every", autoOr(Duration.ofSeconds(1)), "60s");

  static final Key<EngineKind> ENGINE_KIND =
      deciding("engine.kind", oneOf(EngineKind.class), "endpoint");
  static final Key<List<URI>> ENGINE_URL =
      key("engine.url", webAddresses(), "\"http://localhost:8000\"");
  static final Key<String> ENGINE_MODEL =
      key("engine.model", text(), "\"meta-llama/Llama-3.3-70B-Instruct\"");
  static final Key<OptionalInt> SLOTS = deciding("engine.slots", autoOr(1, "prompts"), "32");

  static final Key<OptionalInt> MEMORY = deciding("engine.memory", autoOr(1, "MiB"), "4096");
  static final Key<OptionalInt> MAX_LENGTH =
      deciding("engine.max-length", autoOr(1, "tokens"), "2048");
  static final Key<OptionalInt> THREADS = deciding("engine.threads", autoOr(1, "threads"), "8");
  static final Key<OptionalInt> LANES = deciding("engine.lanes", autoOr(1, "lanes"), "2");
  static final Key<Lookup> LOOKUP = deciding("engine.lookup", oneOf(Lookup.class), "off");
  static final Key<Optional<Duration>> STEP_TIMEOUT =
      deciding("engine.step-timeout", autoOr(Duration.ofSeconds(1)), "10m");
  static final Key<Boolean> DETERMINISTIC = deciding("engine.deterministic", truth(), "true");

  static final List<Key<?>> ALL = Collections.unmodifiableList(declared);

  private Keys() {}

  /** Returns the key with this path, or the open group that the path belongs to. */
  static Optional<Key<?>> owner(String path) {
    return ALL.stream()
        .filter(
            key ->
                key.path().equals(path)
                    || (key.type().isOpenGroup() && path.startsWith(key.path() + ".")))
        .findFirst();
  }

  /** Returns the groups of all keys: {@code herd}, {@code herd.model} and so on. */
  static Set<String> groups() {
    Set<String> groups = new TreeSet<>();
    ALL.forEach(key -> groups.addAll(key.groups()));
    return groups;
  }

  private static <T> Key<T> key(String name, ValueType<T> type, String example) {
    return declared(new Key<>("herd." + name, type, example, false));
  }

  private static <T> Key<T> deciding(String name, ValueType<T> type, String example) {
    return declared(new Key<>("herd." + name, type, example, true));
  }

  private static <T> Key<T> declared(Key<T> key) {
    declared.add(key);
    return key;
  }
}
