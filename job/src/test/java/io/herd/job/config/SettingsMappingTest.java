package io.herd.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.herd.job.config.RunSettings.Stop;
import io.herd.job.config.Settings.Device;
import io.herd.job.config.Settings.Distribution;
import io.herd.job.config.Settings.DtypeChoice;
import io.herd.job.config.Settings.Mode;
import io.herd.job.config.Settings.Order;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Moderation;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.Message;
import io.herd.udfs.text.Policy;
import io.herd.udfs.text.PromptSettings;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.OnOverflow;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import io.herd.udfs.text.Reasoning;
import io.herd.udfs.text.TemplateArguments;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files that between them set every key to something else than its default. */
class SettingsMappingTest {
  static final Path SAMPLES = Path.of("src/test/resources/settings").toAbsolutePath();

  static Settings read(String sample) {
    Path caller = sample.equals("tools") ? SAMPLES : Path.of("/caller"); // it names a file there
    return SettingsReader.read(SAMPLES.resolve(sample + ".conf"), List.of(), caller);
  }

  @Test
  void name_ofAFile_isItsNameAlone() {
    assertThat(read("labels").name()).isEqualTo("labels");
  }

  @Test
  void labelling_everyKey_isInItsField() {
    assertThat(read("labels").labelling())
        .isEqualTo(
            new Labelling(
                List.of(new Choice("positive", " positive"), new Choice("neg", " negative")),
                null,
                Labelling.Normalize.LENGTH,
                "?",
                0.6,
                null));
    assertThat(read("questions").labelling())
        .isEqualTo(
            new Labelling(
                List.of(),
                "topics",
                Labelling.Normalize.NONE,
                null,
                0,
                new Labelling.Questions("{{ label }}?", " ja", " nein", 0.8)));
    assertThat(read("generating").labelling()).isEqualTo(Labelling.NONE);
  }

  @Test
  void moderation_everyKey_isInItsField() {
    Settings settings = read("moderating");

    assertThat(settings.labelling()).isEqualTo(Labelling.of(new Moderation(0.25), 0.6));
    assertThat(settings.prompt().arguments().policy())
        .isEqualTo(
            new Policy(Map.of("S1", "Violent Crimes.", "S2", "Advertising."), List.of("S2")));
    assertThat(settings.prompt().chat()).isEqualTo(Chat.ON);
    assertThat(settings.prompt().messages())
        .containsExactly(
            new Message("user", "{{ question }}"), new Message("assistant", "{{ answer }}"));
    assertThat(settings.answers())
        .containsExactly("safe", "label", "probability", "scores", "categories");
    assertThat(read("labels").prompt().arguments().policy()).isNull();
  }

  @Test
  void cascade_everyKey_isInItsField() {
    Settings settings = read("cascading");

    assertThat(settings.cascade())
        .contains(new Cascade(Optional.of(0.9), Optional.empty(), 0.99, 1000, 7));
    assertThat(settings.answers()).endsWith("answered_by");
    ModelSettings large = settings.large().orElseThrow().model();
    assertThat(large.path()).isEmpty();
    assertThat(large.id()).contains("owner/large");
    assertThat(large.revision()).isEqualTo("v2");
    assertThat(large.dtype()).isEqualTo(DtypeChoice.FLOAT32);
    assertThat(settings.large().orElseThrow().large()).isEmpty();
    assertThat(settings.model().path()).contains(Path.of("/models/llama-1b"));
    assertThat(read("truthful").cascade())
        .contains(new Cascade(Optional.empty(), Optional.of(0.8), 0.95, 500, 0));
    assertThat(read("truthful").large().orElseThrow().model().path())
        .contains(Path.of("/models/llama-8b"));
    Settings.Engine served = read("truthful").large().orElseThrow().engine();
    assertThat(served.remote()).isTrue();
    assertThat(served.urls()).containsExactly(URI.create("http://gpu-1:8000"));
    assertThat(served.model()).contains("llama");
    assertThat(read("truthful").engine().remote()).isFalse();
    assertThat(settings.large().orElseThrow().engine().remote()).isFalse();
    assertThat(read("labels").cascade()).isEmpty();
  }

  @Test
  void variants_oneIsChosen_itsKeysCount() {
    Settings settings = read("varied");

    assertThat(settings.prompt().column()).isEqualTo("title");
    assertThat(settings.variants()).as("it is one of them").isEmpty();
  }

  @Test
  void generate_everyKey_isInItsField() {
    Settings settings = read("generating");

    assertThat(settings.newTokensColumn()).contains("budget");
    assertThat(settings.reasoning()).contains(new Reasoning("<think>", "</think>", false));
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
    assertThat(read("labels").generate())
        .isEqualTo(new GenerateSettings(64, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0));
  }

  @Test
  void prompt_everyKey_isInItsField() {
    assertThat(read("generating").prompt())
        .isEqualTo(
            new PromptSettings(
                null,
                "Review: {{ text }}\n",
                "Be brief.",
                Chat.ON,
                SpecialTokens.PARSE,
                "01 Jan 2026"));
    assertThat(read("chatting").prompt())
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
                "review.text",
                TemplateArguments.NONE));
    assertThat(read("tools").prompt().arguments())
        .isEqualTo(
            new TemplateArguments(
                "[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"description\":"
                    + "\"Says how the weather is, in °C & <b>words</b>.\",\"parameters\":"
                    + "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
                    + "\"required\":[\"city\"]}}}]",
                "{\"enable_thinking\":false,\"langs\":[\"de\",null,1.50],"
                    + "\"style\":{\"level\":2,\"tone\":\"calm\"}}"));
    assertThat(read("labels").prompt().arguments()).isEqualTo(TemplateArguments.NONE);
    assertThat(read("tools").onEmpty()).isEqualTo(Settings.OnEmpty.FAIL);
    assertThat(read("labels").onEmpty()).isEqualTo(Settings.OnEmpty.GENERATE);
    assertThat(read("labels").prompt().column()).isEqualTo("question");
    assertThat(read("formats").prompt().messagesColumn()).isEqualTo("turns");
  }

  @Test
  void model_everyKey_isInItsField() {
    ModelSettings model = read("generating").model();
    assertThat(model.id()).contains("owner/model");
    assertThat(model.revision()).isEqualTo("v2");
    assertThat(model.adapters())
        .containsExactly(
            new AdapterSource("hf://owner/style@v1", 1), new AdapterSource("/models/task", 0.5));
    assertThat(read("chatting").model().adapters())
        .containsExactly(new AdapterSource("/caller/lora", 1));
    assertThat(read("labels").model().adapters()).isEmpty();
    assertThat(model.distribution()).isEqualTo(Distribution.STAGED);
    assertThat(model.staging()).contains("s3a://bucket/models");
    assertThat(model.dtype()).isEqualTo(DtypeChoice.FLOAT32);
    assertThat(model.device()).isEqualTo(Device.CUDA);
    assertThat(read("chatting").model().path()).contains(Path.of("/models/llama"));
    Settings.Hub hub = read("generating").hub();
    assertThat(hub.endpoint()).contains(URI.create("https://hub.example"));
    assertThat(hub.cache()).contains(Path.of("/data/hub"));
    assertThat(hub.tokenFile()).contains(Path.of("/secrets/hub"));
  }

  @Test
  void input_everyKey_isInItsField() {
    InputSettings input = read("generating").input();
    assertThat(input.format()).isEqualTo("csv");
    assertThat(input.path()).contains("/data/in.csv");
    assertThat(input.options()).isEqualTo(Map.of("header", "true", "a.b", "1.50"));
    assertThat(input.schema()).contains("id BIGINT, text STRING");
    assertThat(input.idColumn()).contains("id");
    assertThat(read("chatting").input().table()).contains("sales.reviews");
    assertThat(read("query").input().sql()).contains("SELECT id, text FROM sales.reviews");
    Settings.ExampleFile examples = read("chatting").examples();
    assertThat(examples.path()).contains("/caller/data/examples.csv");
    assertThat(examples.format()).isEqualTo("csv");
    assertThat(examples.options()).isEqualTo(Map.of("header", "true"));
    assertThat(examples.answer()).isEqualTo(" {{ label }}");
    assertThat(examples.k()).isEqualTo(8);
    assertThat(read("query").goldColumn()).contains("gold");
  }

  @Test
  void output_everyKey_isInItsField() {
    OutputSettings output = read("generating").output();
    assertThat(output.format()).isEqualTo("json");
    assertThat(output.path()).contains("s3a://bucket/out");
    assertThat(output.mode()).isEqualTo(Mode.OVERWRITE);
    assertThat(output.options()).isEqualTo(Map.of("compression", "gzip"));
    assertThat(output.partitionBy()).containsExactly("lang", "year");
    assertThat(output.order()).isEmpty();
    assertThat(output.files()).isEmpty();
    assertThat(read("ordered").output().order()).contains(Order.INPUT);
    assertThat(read("ordered").output().files()).hasValue(1);
    assertThat(read("labels").output().table()).contains("sales.labels");
    assertThat(read("chatting").columns().names())
        .containsExactly(Map.entry("completion", "answer"), Map.entry("error", "llama_error"));
  }

  @Test
  void run_everyKey_isInItsField() {
    RunSettings run = read("generating").run();
    assertThat(run.workDir()).isEqualTo("hdfs:///work");
    assertThat(run.maxFailedFraction()).isEqualTo(0.25);
    assertThat(run.checkpointRows()).hasValue(10);
    assertThat(read("labels").run().checkpointRows()).isEmpty();
    assertThat(run.checkpointEvery()).contains(Duration.ofMinutes(2));
    assertThat(run.stop())
        .isEqualTo(
            new Stop(
                Optional.of(Duration.ofHours(6)),
                OptionalInt.of(1000),
                true,
                new Budget(OptionalLong.of(9_000_000_000L), Optional.of(12.5), false)));
    assertThat(run.prices())
        .isEqualTo(new Prices(Optional.of(0.53), Optional.of(0.1), Optional.of(0.4)));
    assertThat(run.reportRows()).isEqualTo(3);
    assertThat(read("labels").run().stop())
        .isEqualTo(
            new Stop(
                Optional.empty(),
                OptionalInt.empty(),
                false,
                new Budget(OptionalLong.empty(), Optional.empty(), true)));
  }

  @Test
  void engine_everyKey_isInItsField() {
    Settings.Engine engine = read("generating").engine();
    assertThat(engine.slots()).hasValue(8);
    assertThat(engine.memory()).hasValue(900);
    assertThat(engine.maxLength()).hasValue(2048);
    assertThat(engine.threads()).hasValue(3);
    assertThat(read("ordered").engine().lanes()).hasValue(2);
    assertThat(read("ordered").engine().lookup()).isFalse();
    assertThat(engine.lookup()).isTrue();
    assertThat(engine.stepTimeout()).contains(Duration.ofMinutes(10));
    assertThat(engine.deterministic()).isTrue();
    assertThat(read("labels").engine().slots()).isEmpty();
    Settings.Engine served = read("served").engine();
    assertThat(served.remote()).isTrue();
    assertThat(served.urls())
        .containsExactly(URI.create("https://gpu-1"), URI.create("http://gpu-2:8000"));
    assertThat(served.model()).contains("llama");
    assertThat(engine.remote()).isFalse();
  }

  @Test
  void samples_ofThisTest_setEveryKeyToSomethingElse() {
    List<Config> samples =
        Stream.of(
                "generating",
                "chatting",
                "labels",
                "questions",
                "formats",
                "query",
                "choice",
                "regex",
                "tools",
                "ordered",
                "served",
                "moderating",
                "cascading",
                "truthful",
                "varied")
            .map(name -> ConfigFactory.parseFile(SAMPLES.resolve(name + ".conf").toFile()))
            .toList();

    assertThat(Keys.ALL)
        .allMatch(key -> samples.stream().anyMatch(sample -> differs(sample, key.path())));
  }

  private static boolean differs(Config sample, String path) {
    Config defaults = Values.defaults();
    return sample.hasPath(path)
        && (defaults.getIsNull(path) || !sample.getValue(path).equals(defaults.getValue(path)));
  }
}
