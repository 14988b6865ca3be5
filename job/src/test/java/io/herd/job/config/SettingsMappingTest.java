package io.herd.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.herd.job.config.Settings.Device;
import io.herd.job.config.Settings.Distribution;
import io.herd.job.config.Settings.DtypeChoice;
import io.herd.job.config.Settings.Engine;
import io.herd.job.config.Settings.ExampleFile;
import io.herd.job.config.Settings.Hub;
import io.herd.job.config.Settings.Input;
import io.herd.job.config.Settings.Mode;
import io.herd.job.config.Settings.Model;
import io.herd.job.config.Settings.Output;
import io.herd.job.config.Settings.Run;
import io.herd.job.config.Settings.Stop;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.Message;
import io.herd.udfs.text.PromptSettings;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.OnOverflow;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that between them set every key to something else than its default. */
class SettingsMappingTest {
  private static final String GENERATING =
      """
      herd {
        model {
          id = "owner/model", revision = "v2", distribution = staged, staging = "s3a://bucket/models"
          dtype = float32, device = cuda
        }
        hub { endpoint = "https://hub.example/", cache = "/data/hub", token-file = "/secrets/hub" }
        input {
          format = csv, path = "/data/in.csv", options { header = true, a.b = 1.50 }
          schema = "id BIGINT, text STRING", id-column = "id"
        }
        prompt {
          template = "Review: {{ text }}\\n", system = "Be brief.", chat = on
          special-tokens = parse, date = "01 Jan 2026"
        }
        generate {
          max-new-tokens = 128, max-new-tokens-column = "budget", min-new-tokens = 2
          ignore-eos = true, stop = ["\\n\\n", "END"]
          seed = 9000000000, temperature = 0.7, top-k = 40, top-p = 0.9, min-p = 0.05
          repetition-penalty = 1.1, presence-penalty = 0.2, frequency-penalty = 0.3, samples = 4, logprobs = 5
        }
        output {
          format = json, path = "s3a://bucket/out", mode = overwrite
          options { compression = gzip }, partition-by = [lang, year]
        }
        run {
          work-dir = "hdfs:///work", max-failed-fraction = 0.25
          max-duration = 6h, max-failed-rows = 1000, publish-partial = true
          cost-per-executor-hour = 0.53
          checkpoint { rows = 10, every = 2 minutes }
        }
        engine { slots = 8, memory = 900, max-length = 2048, threads = 3, step-timeout = 10m, deterministic = true }
      }
      """;

  private static final String CHATTING =
      """
      herd {
        model.path = "/models/llama"
        input.table = "sales.reviews"
        prompt {
          messages = [ { role = system, content = "Judge." }, { role = user, content = "{{ text }}" } ]
          examples {
            path = "/data/examples.csv", format = csv, options { header = true }
            answer = " {{ label }}", k = 8
          }
          on-overflow = truncate-middle, truncate-column = "text"
        }
        output.table = "sales.labels"
        run.work-dir = "/work"
      }
      """;

  private static final String LABELLING =
      """
      herd {
        model.path = "/models/llama"
        input.table = "sales.reviews"
        prompt.column = "question"
        choices = [" positive", " negative"]
        gold-column = "label"
        output.table = "sales.labels"
        run.work-dir = "/work"
      }
      """;

  private static final String LABELS =
      """
      herd {
        model.path = "/models/llama"
        input.table = "sales.reviews"
        prompt.column = "question"
        choices = [" positive", { value = neg, text = " negative" }]
        labelling { normalize = length, calibrate = true, content-free = "?", abstain-below = 0.6 }
        output.table = "sales.labels"
        run.work-dir = "/work"
      }
      """;

  private static final String QUESTIONS =
      """
      herd {
        model.path = "/models/llama"
        input.table = "sales.reviews"
        prompt.column = "question"
        choices-column = "topics"
        labelling { multi = true, question = "{{ label }}?", yes = " ja", no = " nein", threshold = 0.8 }
        output.table = "sales.labels"
        run.work-dir = "/work"
      }
      """;

  @TempDir Path directory;

  @Test
  void read_everyKeyOfLabelling_isInItsField() {
    ConfigurationFile file = new ConfigurationFile(directory);

    assertThat(file.read(LABELS).labelling())
        .isEqualTo(
            new Labelling(
                List.of(new Choice("positive", " positive"), new Choice("neg", " negative")),
                null,
                Labelling.Normalize.LENGTH,
                "?",
                0.6,
                null));
    assertThat(file.read(QUESTIONS).labelling())
        .isEqualTo(
            new Labelling(
                List.of(),
                "topics",
                Labelling.Normalize.NONE,
                null,
                0,
                new Labelling.Questions("{{ label }}?", " ja", " nein", 0.8)));
  }

  @Test
  void read_everyKeyOfARunThatGenerates_isInItsField() {
    Settings settings = new ConfigurationFile(directory).read(GENERATING);

    assertThat(settings.model())
        .isEqualTo(
            new Model(
                Optional.empty(),
                Optional.of("owner/model"),
                "v2",
                Distribution.STAGED,
                Optional.of("s3a://bucket/models"),
                DtypeChoice.FLOAT32,
                Device.CUDA));
    assertThat(settings.hub())
        .isEqualTo(
            new Hub(
                Optional.of(URI.create("https://hub.example")),
                Optional.of(Path.of("/data/hub")),
                Optional.of(Path.of("/secrets/hub"))));
    assertThat(settings.input())
        .isEqualTo(
            new Input(
                "csv",
                Optional.of("/data/in.csv"),
                Optional.empty(),
                Optional.empty(),
                Map.of("header", "true", "a.b", "1.50"),
                Optional.of("id BIGINT, text STRING"),
                Optional.of("id")));
    assertThat(settings.prompt())
        .isEqualTo(
            new PromptSettings(
                null,
                "Review: {{ text }}\n",
                "Be brief.",
                Chat.ON,
                SpecialTokens.PARSE,
                "01 Jan 2026"));
    assertThat(settings.newTokensColumn()).contains("budget");
    assertThat(settings.generate())
        .isEqualTo(
            new GenerateSettings(
                128,
                2,
                true,
                List.of("\n\n", "END"),
                9_000_000_000L,
                new Sampling(0.7, 40, 0.9, 0.05, 1.1, 0.2, 0.3),
                4,
                5));
  }

  @Test
  void read_everyKeyOfItsOutputAndEngine_isInItsField() {
    Settings settings = new ConfigurationFile(directory).read(GENERATING);

    assertThat(settings.output())
        .isEqualTo(
            new Output(
                "json",
                Optional.of("s3a://bucket/out"),
                Optional.empty(),
                Mode.OVERWRITE,
                Map.of("compression", "gzip"),
                List.of("lang", "year")));
    assertThat(settings.run())
        .isEqualTo(
            new Run(
                "hdfs:///work",
                0.25,
                10,
                Optional.of(Duration.ofMinutes(2)),
                new Stop(Optional.of(Duration.ofHours(6)), OptionalInt.of(1000), true),
                Optional.of(0.53)));
    assertThat(settings.engine())
        .isEqualTo(
            new Engine(
                OptionalInt.of(8),
                OptionalInt.of(900),
                OptionalInt.of(2048),
                OptionalInt.of(3),
                Optional.of(Duration.ofMinutes(10)),
                true));
  }

  @Test
  void read_everyKeyOfAChat_isInItsField() {
    Settings settings = new ConfigurationFile(directory).read(CHATTING);

    assertThat(settings.prompt())
        .isEqualTo(
            new PromptSettings(
                null,
                null,
                List.of(new Message("system", "Judge."), new Message("user", "{{ text }}")),
                null,
                null,
                Chat.AUTO,
                SpecialTokens.TEXT,
                "26 Jul 2024",
                OnOverflow.TRUNCATE_MIDDLE,
                "text"));
    assertThat(settings.examples())
        .isEqualTo(
            new ExampleFile(
                Optional.of("/data/examples.csv"),
                "csv",
                Map.of("header", "true"),
                " {{ label }}",
                8));
    String ready =
        CHATTING
            .replaceFirst("messages = .*", "messages-column = turns")
            .replaceFirst("on-overflow.*", "");
    assertThat(new ConfigurationFile(directory).read(ready).prompt().messagesColumn())
        .isEqualTo("turns");
  }

  @Test
  void read_theLeastForLabels_hasTheDocumentedDefaults() {
    Settings settings = new ConfigurationFile(directory).read(LABELLING);

    assertThat(settings.model())
        .isEqualTo(
            new Model(
                Optional.of(Path.of("/models/llama")),
                Optional.empty(),
                "main",
                Distribution.AUTO,
                Optional.empty(),
                DtypeChoice.AUTO,
                Device.AUTO));
    assertThat(settings.hub())
        .isEqualTo(new Hub(Optional.empty(), Optional.empty(), Optional.empty()));
    assertThat(settings.input().table()).contains("sales.reviews");
    assertThat(settings.prompt())
        .isEqualTo(
            new PromptSettings(
                "question", null, null, Chat.AUTO, SpecialTokens.TEXT, "26 Jul 2024"));
    assertThat(settings.examples())
        .isEqualTo(new ExampleFile(Optional.empty(), "", Map.of(), "", 4));
    assertThat(settings.generate())
        .isEqualTo(new GenerateSettings(64, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0));
    assertThat(settings.goldColumn()).contains("label");
    assertThat(settings.labelling()).isEqualTo(Labelling.of(" positive", " negative"));
    assertThat(settings.output().table()).contains("sales.labels");
    assertThat(settings.output().mode()).isEqualTo(Mode.ERRORIFEXISTS);
    assertThat(settings.run())
        .isEqualTo(new Run("/work", 0, 500, Optional.empty(), Stop.NEVER, Optional.empty()));
    assertThat(settings.engine())
        .isEqualTo(
            new Engine(
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                false));
  }

  @Test
  void samples_ofThisTest_setEveryKeyToSomethingElse() {
    List<Config> samples =
        Stream.of(GENERATING, CHATTING, LABELLING, LABELS, QUESTIONS)
            .map(ConfigFactory::parseString)
            .toList();
    Config defaults = Values.defaults();
    Set<String> missing = new HashSet<>();
    for (Key<?> key : Keys.ALL) {
      boolean differs =
          samples.stream()
              .filter(sample -> sample.hasPath(key.path()))
              .anyMatch(
                  sample ->
                      defaults.getIsNull(key.path())
                          || !sample.getValue(key.path()).equals(defaults.getValue(key.path())));
      if (!differs) {
        missing.add(key.path());
      }
    }
    assertThat(missing) // see SettingsReaderTest, FormatKeysTest and read_everyKeyOfAChat
        .containsExactlyInAnyOrder(
            "herd.input.sql",
            "herd.format.regex",
            "herd.format.json-schema",
            "herd.format.choice",
            "herd.prompt.messages-column");
  }
}
