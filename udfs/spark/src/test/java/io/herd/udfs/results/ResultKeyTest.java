package io.herd.udfs.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Labelling.Normalize;
import io.herd.udfs.sample.Labelling.Questions;
import io.herd.udfs.sample.Moderation;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.Prompt;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResultKeyTest {
  private static final int[] IDS = {1, 2, 3};
  private static final ModelManifest MODEL = model("weights of A");

  private static ModelManifest model(String sha) {
    return new ModelManifest(
        "a", "local", List.of(new ModelManifest.Entry("model.safetensors", 1, sha, null)));
  }

  private static GenerateSettings generate(double temperature, long seed) {
    return new GenerateSettings(16, 0, false, List.of(), seed, Sampling.at(temperature), 1, 0);
  }

  private static GenerateSettings sampled(Sampling sampling, int samples, int logprobs) {
    return new GenerateSettings(16, 0, false, List.of(), 0, sampling, samples, logprobs);
  }

  private static LabelTask labels(Labelling how, int... contentFree) {
    return contentFree.length == 0
        ? LabelTask.plain(how)
        : new LabelTask(how, Prompt.data("N/A"), contentFree);
  }

  private static LabelTask choices(String... choices) {
    return labels(Labelling.of(choices));
  }

  private static Labelling how(Normalize normalize, double abstain, Questions questions) {
    List<Choice> choices = Labelling.of("a", "b").choices();
    return new Labelling(choices, null, normalize, null, abstain, questions);
  }

  private static Questions questions(String template, String yes, String no, double threshold) {
    return new Questions(template, yes, no, threshold);
  }

  private static GenerateSettings formatted(Format format) {
    return new GenerateSettings(16, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0, format);
  }

  private static String key(GenerateSettings settings) {
    return ResultKey.of(MODEL, Dtype.FLOAT32, false, settings, LabelTask.NONE).of(IDS, "row", null);
  }

  private static String key(LabelTask labels) {
    return ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0, 0), labels)
        .of(IDS, List.of(), null, null);
  }

  @Test
  void of_eachSetting_changesTheKey() {
    Set<String> keys = new HashSet<>();
    List<GenerateSettings> different =
        List.of(
            generate(0, 0),
            new GenerateSettings(17, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0),
            new GenerateSettings(16, 1, false, List.of(), 0, Sampling.GREEDY, 1, 0),
            GenerateSettings.trial(16),
            new GenerateSettings(16, 0, false, List.of("a"), 0, Sampling.GREEDY, 1, 0),
            new GenerateSettings(16, 0, false, List.of("a", "b"), 0, Sampling.GREEDY, 1, 0),
            new GenerateSettings(16, 0, false, List.of("ab"), 0, Sampling.GREEDY, 1, 0),
            generate(0.5, 0),
            generate(0.25, 0),
            generate(0.5, 1),
            formatted(Format.regex("a")),
            formatted(Format.regex("b")),
            formatted(Format.choice(List.of("a"))),
            formatted(Format.choice(List.of("a", "b"))),
            formatted(Format.jsonSchema("{\"const\": 1}")),
            sampled(new Sampling(0.5, 5, 1, 0, 1, 0, 0), 1, 0),
            sampled(new Sampling(0.5, 0, 0.9, 0, 1, 0, 0), 1, 0),
            sampled(new Sampling(0.5, 0, 1, 0.1, 1, 0, 0), 1, 0),
            sampled(new Sampling(0.5, 0, 1, 0, 1.1, 0, 0), 1, 0),
            sampled(new Sampling(0.5, 0, 1, 0, 1, 0.1, 0), 1, 0),
            sampled(new Sampling(0.5, 0, 1, 0, 1, 0, 0.1), 1, 0),
            sampled(Sampling.at(0.5), 2, 0),
            sampled(Sampling.at(0.5), 1, 2));
    different.forEach(settings -> keys.add(key(settings)));
    GenerateSettings plain = generate(0, 0);
    keys.add(
        ResultKey.of(MODEL, Dtype.BFLOAT16, false, plain, LabelTask.NONE).of(IDS, "row", null));
    keys.add(ResultKey.of(MODEL, Dtype.FLOAT32, true, plain, LabelTask.NONE).of(IDS, "row", null));
    keys.add(
        ResultKey.of(model("weights of B"), Dtype.FLOAT32, false, plain, LabelTask.NONE)
            .of(IDS, "row", null));
    keys.add(
        ResultKey.of(MODEL, Dtype.FLOAT32, false, plain, LabelTask.NONE)
            .of(new int[] {1, 2}, "row", null));
    assertThat(keys).hasSize(different.size() + 4).allMatch(key -> key.matches("[0-9a-f]{64}"));
  }

  /** The literals are those of commit c0550da: results in old logs are found by them. */
  @Test
  void of_whatEarlierVersionsLogged_givesTheirKeys() {
    GenerateSettings sampled =
        new GenerateSettings(
            16, 2, true, List.of(), 7, new Sampling(0.5, 5, 0.9, 0.1, 1.1, 0.2, 1e-5), 4, 3);
    assertThat(key(generate(0, 0)))
        .isEqualTo("f27fc5ebf855a3343fb9a301a9b614737c32eea06772397f00b9f7848a8fc81a");
    assertThat(ResultKey.of(MODEL, Dtype.FLOAT32, false, sampled, LabelTask.NONE).of(IDS, "row", 9))
        .isEqualTo("a6485a23c92355080b2380fa940317752b0f2c8ab19b8dd0e9d57fe9541ba291");
    assertThat(
            ResultKey.of(
                    MODEL,
                    Dtype.BFLOAT16,
                    true,
                    formatted(Format.choice(List.of("a", "b"))),
                    LabelTask.NONE)
                .of(IDS, "row", null))
        .isEqualTo("800f58b08d69c73b96ed3e7c12db40e243a63e5d320fcdfc73c0191a39df0569");
    assertThat(ResultKey.drawKey("ffffffffffffffff00", 3)).isEqualTo(4229064163876443121L);
  }

  @Test
  void of_labelsThatEarlierVersionsLogged_givesTheirKeys() {
    List<Choice> choices = List.of(new Choice("c", "a"), Choice.of(" b"));
    LabelTask calibrated =
        labels(new Labelling(choices, null, Normalize.LENGTH, "?", 0.5, null), 1, 2);
    LabelTask asked =
        labels(
            new Labelling(
                List.of(),
                "own",
                Normalize.NONE,
                null,
                0,
                questions("{{ label }}?", "y", "n", 0.5)));

    assertThat(
            ResultKey.of(MODEL, Dtype.INT8, false, generate(0, 0), calibrated)
                .of(IDS, List.of(), null, null))
        .isEqualTo("ed26bf807323575999476e2607efe2d0cf9514141c8d87bb09d5e05f8fb58c53");
    assertThat(
            ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0, 0), asked)
                .of(IDS, choices, null, null))
        .isEqualTo("8cb21323f050c92aafbe3a6a21a9eddcd0c998b865e2515b11945e44f51b66e5");
  }

  @Test
  void of_whatEarlierVersionsEndedOtherwise_changesTheKey() {
    GenerateSettings stopped =
        new GenerateSettings(16, 0, false, List.of("<s>"), 0, Sampling.GREEDY, 1, 0);
    assertThat(
            ResultKey.of(MODEL, List.of("float32", "false"), stopped, Set.of(1), LabelTask.NONE)
                .of(IDS, "row", null))
        .isNotEqualTo(key(stopped));
    GenerateSettings least =
        new GenerateSettings(
            16, 2, true, List.of("a"), 7, new Sampling(0.5, 5, 0.9, 0.1, 1.1, 0.2, 1e-5), 4, 3);
    assertThat(ResultKey.of(MODEL, Dtype.FLOAT32, false, least, LabelTask.NONE).of(IDS, "row", 9))
        .as("c0550da looked for stop strings before min-new-tokens")
        .isNotEqualTo("68157e9c2fc365e7e11d901eeaaa526117db495353ec85952614144498954e3b");
  }

  @Test
  void of_greedy_seedAndRowDoNotMatter() {
    ResultKey one = ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0, 1), LabelTask.NONE);
    ResultKey two = ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0, 2), LabelTask.NONE);
    assertThat(one.drawn()).isFalse();
    assertThat(one.of(IDS, "row 1", null)).isEqualTo(two.of(IDS, "row 2", null));
  }

  @Test
  void of_drawn_rowsOfEqualPromptsDiffer() {
    ResultKey keys = ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0.5, 1), LabelTask.NONE);
    assertThat(keys.drawn()).isTrue();
    assertThat(keys.of(IDS, "row 1", null)).isNotEqualTo(keys.of(IDS, "row 2", null));
    assertThat(keys.of(IDS, "row 1", null)).isEqualTo(keys.of(IDS.clone(), "row 1", null));
  }

  @Test
  void of_eachSettingOfLabels_changesTheKey() {
    Questions asked = questions("{{ label }}?", "y", "n", 0.5);
    List<LabelTask> different =
        List.of(
            LabelTask.NONE,
            choices("a", "b"),
            choices("ab"),
            choices(" a", "b"),
            choices("b", "a"),
            labels(withValue("c")),
            labels(withValue("d")),
            labels(how(Normalize.LENGTH, 0, null)),
            labels(how(Normalize.NONE, 0, null), 1, 2),
            labels(how(Normalize.NONE, 0, null), 1, 3),
            labels(how(Normalize.NONE, 0, asked)),
            labels(how(Normalize.NONE, 0, questions("{{ label }}", "y", "n", 0.5))),
            labels(how(Normalize.NONE, 0, questions("{{ label }}?", "z", "n", 0.5))),
            labels(how(Normalize.NONE, 0, questions("{{ label }}?", "y", "m", 0.5))),
            labels(Labelling.of(new Moderation(0.5), 0)),
            labels(Labelling.of(new Moderation(0.4), 0)));
    assertThat(different.stream().map(ResultKeyTest::key)).doesNotHaveDuplicates();
  }

  private static Labelling withValue(String value) {
    List<Choice> choices = List.of(new Choice(value, "a"), Choice.of("b"));
    return new Labelling(choices, null, Normalize.NONE, null, 0, null);
  }

  @Test
  void of_labels_whatIsDecidedWithTheOutputDoesNotMatter() {
    assertThat(key(labels(how(Normalize.NONE, 0.7, null)))).isEqualTo(key(choices("a", "b")));
    assertThat(key(labels(how(Normalize.NONE, 0, questions("{{ label }}", "y", "n", 0.1)))))
        .isEqualTo(key(labels(how(Normalize.NONE, 0, questions("{{ label }}", "y", "n", 0.9)))));
  }

  @Test
  void of_rowsOwnChoices_changeTheKey() {
    Labelling own = new Labelling(List.of(), "own", Normalize.NONE, null, 0, null);
    ResultKey keys =
        ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0, 0), LabelTask.plain(own));
    String ab = keys.of(IDS, Labelling.of("a", "b").choices(), null, null);
    assertThat(ab).isEqualTo(keys.of(IDS, Labelling.of("a", "b").choices(), null, null));
    assertThat(ab).isNotEqualTo(keys.of(IDS, Labelling.of("b", "a").choices(), null, null));
    assertThat(ab).isNotEqualTo(keys.of(IDS, Labelling.of("a", " b").choices(), null, null));
  }

  @Test
  void of_tokensThatLabelsDontHaveByThemselves_changeTheKey() {
    ResultKey keys = ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0, 0), choices("a", "b"));
    LabelTokens one = new LabelTokens(List.of(new int[] {4}, new int[] {5}));
    LabelTokens two = new LabelTokens(List.of(new int[] {4, 5}, new int[] {5}));
    assertThat(
            List.of(
                keys.of(IDS, List.of(), null, null),
                keys.of(IDS, List.of(), one, null),
                keys.of(IDS, List.of(), two, null),
                keys.of(IDS, List.of(), null, one),
                keys.of(IDS, List.of(), one, one)))
        .doesNotHaveDuplicates();
  }

  @Test
  void of_rowsOwnNewTokens_changeTheKey() {
    ResultKey keys = ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0, 0), LabelTask.NONE);
    assertThat(Stream.of(1, 2, null).map(tokens -> keys.of(IDS, "row 1", tokens)))
        .doesNotHaveDuplicates();
  }

  @Test
  void of_choices_whatOnlyGenerationUsesDoesNotMatter() {
    GenerateSettings other =
        new GenerateSettings(99, 5, true, List.of("x"), 7, Sampling.at(0.9), 1, 0);
    ResultKey keys = ResultKey.of(MODEL, Dtype.FLOAT32, false, other, choices("a", "b"));
    assertThat(keys.of(IDS, List.of(), null, null)).isEqualTo(key(choices("a", "b")));
  }

  @Test
  void drawKey_isTheKeysFirstHalfWord() {
    assertThat(ResultKey.drawKey("ffffffffffffffff00", 0)).isEqualTo(-1);
    assertThat(ResultKey.drawKey("00000000000000ff77", 0)).isEqualTo(255);
    assertThat(IntStream.range(0, 100).mapToLong(i -> ResultKey.drawKey("00000000000000ff", i)))
        .doesNotHaveDuplicates();
  }
}
