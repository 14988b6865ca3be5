package io.herd.job.config;

import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.results.Result;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.text.PromptSettings;
import io.herd.udfs.text.Reasoning;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One run's configuration, as {@code conf/reference.conf} documents it key by key. Driver only: the
 * parts that travel to executors are {@link PromptSettings}, {@link GenerateSettings} and {@link
 * Labelling}. Paths are absolute.
 */
public final class Settings {
  /**
   * An answer column, and a field of completions, that isn't in the log: it is split off when the
   * output is written.
   */
  public static final String REASONING = "reasoning";

  /** The column that says which model of a cascade a row's answer is of. */
  public static final String ANSWERED_BY = "answered_by";

  /** The column of a batch file's rows with what each asks for of its own. */
  public static final String REQUEST = "request";

  /** The name of OpenAI's batch files among formats. */
  public static final String BATCH = "openai-batch";

  private final String name;
  private final Values values;
  private final PromptSettings prompt;
  private final GenerateSettings generate;
  private final Labelling labelling;
  private final OwnColumns columns;
  private final Map<String, Settings> variants;

  /**
   * Creates settings from checked values.
   *
   * @param name of the configuration
   * @param format or null
   */
  Settings(String name, Values values, Format format) {
    this(name, values, format, Map.of());
  }

  private Settings(String name, Values values, Format format, Map<String, Settings> variants) {
    this.name = name;
    this.values = values;
    this.variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
    this.prompt = ExecutorSettings.prompt(values);
    this.generate = ExecutorSettings.generate(values, format);
    this.labelling = ExecutorSettings.labelling(values);
    this.columns = OwnColumns.of(answers(), values);
  }

  /**
   * Returns the configuration file's name without folder and extension; empty in a call of the
   * library.
   */
  public String name() {
    return name;
  }

  public PromptSettings prompt() {
    return prompt;
  }

  public GenerateSettings generate() {
    return generate;
  }

  /** Returns the parts of the format's schema that have no effect, in sentences. */
  public List<String> formatWarnings() {
    return generate.format() == null ? List.of() : generate.format().warnings();
  }

  public Labelling labelling() {
    return labelling;
  }

  /**
   * Returns the tags around reasoning, if it has its own column; whether prompts open the first tag
   * isn't known here.
   */
  public Optional<Reasoning> reasoning() {
    List<String> tags = values.get(Keys.REASONING_TAGS);
    return tags.isEmpty()
        ? Optional.empty()
        : Optional.of(new Reasoning(tags.get(0), tags.get(1), false));
  }

  /** Returns the answer columns, in the output's order. */
  public List<String> answers() {
    List<String> answers = new ArrayList<>(Result.answers(generate, labelling));
    if (reasoning().isPresent() && generate.samples() == 1) {
      answers.add(answers.indexOf("completion") + 1, REASONING);
    }
    cascade().ifPresent(any -> answers.add(ANSWERED_BY));
    return answers;
  }

  /** Returns how rows with only blank texts are handled. */
  public OnEmpty onEmpty() {
    return values.get(Keys.PROMPT_ON_EMPTY);
  }

  /** Returns the names of the added columns in the output. */
  public OwnColumns columns() {
    return columns;
  }

  /** Returns the column with each row's own token limit. */
  public Optional<String> newTokensColumn() {
    return values.find(Keys.MAX_NEW_TOKENS_COLUMN);
  }

  /** The column with each row's own settings. */
  public Optional<String> requestColumn() {
    return input().isBatch() ? Optional.of(REQUEST) : Optional.empty();
  }

  public Optional<String> goldColumn() {
    return values.find(Keys.GOLD_COLUMN);
  }

  public ModelSettings model() {
    return new ModelSettings(values);
  }

  /** Returns the promise of a cascade; empty if one model answers all rows. */
  public Optional<Cascade> cascade() {
    return CascadeRules.on(values) ? Optional.of(Cascade.of(values)) : Optional.empty();
  }

  /** Returns the variants to compare, by name; empty if one of them was chosen. */
  public Map<String, Settings> variants() {
    return variants;
  }

  /** Returns these settings with their variants. */
  Settings with(Map<String, Settings> others) {
    return new Settings(name, values, generate.format(), others);
  }

  /** Returns these settings without the cascade. */
  public Settings alone() {
    return new Settings(name, CascadeRules.alone(values), generate.format());
  }

  /** Returns these settings with the cascade's large model as the model; empty without one. */
  public Optional<Settings> large() {
    return cascade().map(any -> new Settings(name, CascadeRules.large(values), null));
  }

  public Hub hub() {
    return new Hub(values);
  }

  public InputSettings input() {
    return new InputSettings(values);
  }

  public ExampleFile examples() {
    return new ExampleFile(values);
  }

  public OutputSettings output() {
    return new OutputSettings(values);
  }

  public RunSettings run() {
    return new RunSettings(values);
  }

  public Engine engine() {
    return new Engine(values);
  }

  /** All settings as {@code run.json} prints them: groups are maps, secrets are masked. */
  public Map<String, Object> shown() {
    return ShownValues.of(values);
  }

  /**
   * Returns the settings that determine the rows and result keys of a snapshot, as texts for a
   * digest, by the first word of their keys: {@code input}, {@code prompt} and so on.
   */
  public Map<String, String> deciding() {
    return DecidingValues.whole(values);
  }

  /**
   * Returns the deciding settings as 0.1.0 digested them, with masked parts; it considered some
   * different settings equal.
   */
  public Map<String, String> decidingMasked() {
    return DecidingValues.masked(values);
  }

  /** Returns the settings that a resolved model depends on; equal settings give equal values. */
  public Map<String, Object> ofModel() {
    return values.below("herd.model", "herd.hub", "herd.engine");
  }

  /** {@code herd.model.distribution}. */
  public enum Distribution {
    AUTO,
    HUB,
    STAGED,
    LOCAL
  }

  /** {@code herd.model.dtype}. */
  public enum DtypeChoice {
    AUTO,
    BFLOAT16,
    FLOAT32,
    INT8
  }

  /** {@code herd.model.device}. */
  public enum Device {
    AUTO,
    CPU,
    CUDA
  }

  /** {@code herd.prompt.on-empty}. */
  public enum OnEmpty {
    GENERATE,
    FAIL
  }

  /** {@code herd.task}. */
  public enum Task {
    MODERATION
  }

  /** {@code herd.engine.lookup}. */
  public enum Lookup {
    AUTO,
    OFF
  }

  /** {@code herd.engine.kind}. */
  public enum EngineKind {
    LOCAL,
    ENDPOINT
  }

  /** {@code herd.run.over-budget}. */
  public enum OverBudget {
    REFUSE,
    STOP
  }

  /** {@code herd.output.mode}, in Spark's words. */
  public enum Mode {
    ERRORIFEXISTS,
    OVERWRITE,
    APPEND
  }

  /** {@code herd.output.order}. */
  public enum Order {
    INPUT
  }

  /**
   * Settings of the Hub that override the environment; empty values leave the decision to the
   * environment.
   */
  public record Hub(Values values) {
    public Optional<URI> endpoint() {
      return values.find(Keys.HUB_ENDPOINT);
    }

    public Optional<Path> cache() {
      return values.find(Keys.HUB_CACHE).map(Path::of);
    }

    public Optional<Path> tokenFile() {
      return values.find(Keys.HUB_TOKEN_FILE).map(Path::of);
    }
  }

  /** The few-shot examples; none when there is no {@code path}. */
  public record ExampleFile(Values values) {
    public Optional<String> path() {
      return values.find(Keys.EXAMPLES_PATH);
    }

    public String format() {
      return values.find(Keys.EXAMPLES_FORMAT).orElse("");
    }

    public Map<String, String> options() {
      return values.get(Keys.EXAMPLES_OPTIONS);
    }

    /** Returns the template over the examples' columns. */
    public String answer() {
      return values.find(Keys.EXAMPLES_ANSWER).orElse("");
    }

    /** Returns the number of examples. */
    public int k() {
      return values.get(Keys.EXAMPLES_K);
    }
  }

  /** How engines compute; empty means auto. */
  public record Engine(Values values) {
    /** Returns whether servers compute instead of Herd's own engine. */
    public boolean remote() {
      return values.get(Keys.ENGINE_KIND) == EngineKind.ENDPOINT;
    }

    /** Returns the servers' addresses, without {@code /v1}. */
    public List<URI> urls() {
      return values.find(Keys.ENGINE_URL).orElse(List.of()).stream()
          .map(url -> URI.create(url.toString().replaceFirst("(/v1)?/*$", "")))
          .toList();
    }

    /** Returns the model's name on the servers; empty for the only one that they serve. */
    public Optional<String> model() {
      return values.find(Keys.ENGINE_MODEL);
    }

    public OptionalInt slots() {
      return values.get(Keys.SLOTS);
    }

    /** Returns the size of the KV cache in MiB. */
    public OptionalInt memory() {
      return values.get(Keys.MEMORY);
    }

    public OptionalInt maxLength() {
      return values.get(Keys.MAX_LENGTH);
    }

    public OptionalInt threads() {
      return values.get(Keys.THREADS);
    }

    /** Returns the number of engines that share rows and threads on processors. */
    public OptionalInt lanes() {
      return values.get(Keys.LANES);
    }

    /** Returns whether prompt lookup is on. */
    public boolean lookup() {
      return values.get(Keys.LOOKUP) == Lookup.AUTO;
    }

    /** Returns the time after which a forward pass counts as hung. */
    public Optional<Duration> stepTimeout() {
      return values.get(Keys.STEP_TIMEOUT);
    }

    public boolean deterministic() {
      return values.get(Keys.DETERMINISTIC);
    }
  }
}
