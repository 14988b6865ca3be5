package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.herd.udfs.RowException;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.results.Result;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.runtime.ModelFiles;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Labelling.Normalize;
import io.herd.udfs.sample.Labelling.Questions;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scores of a tiny engine, compared with sums that are taken one label at a time. */
class LabelSetsTest {
  private static final List<Choice> CHOICES = Labelling.of("ab", " abc", "x").choices();
  private static final int[] PROMPT = {5, 6, 7};
  private static final int[] CONTENT_FREE = {40, 4}; // Nd
  private static final int MOST_TOKENS = 64;

  /** A model whose tokenizer knows letters. */
  private record Letters(Path whole, ModelManifest manifest) implements ModelFiles {
    @Override
    public Path small() {
      return TinyRandom.folder(".");
    }
  }

  private EngineLease engine;
  private Tokenizer tokenizer;

  @BeforeEach
  void load() throws InterruptedException {
    Path folder = TinyRandom.folder(TinyRandom.GROUPED);
    ModelManifest manifest = ModelManifest.ofFolder(folder);
    Letters files = new Letters(folder, manifest);
    tokenizer = Engines.tokenizer(files);
    engine =
        Engines.lease(
            new EngineSettings(
                manifest,
                Dtype.FLOAT32,
                DeviceChoice.CPU,
                4,
                0,
                MOST_TOKENS,
                1,
                0,
                null,
                false,
                true),
            files,
            List.of(),
            lost -> {});
  }

  @AfterEach
  void unload() throws InterruptedException {
    engine.close();
    Engines.closeAll();
  }

  private static Labelling how(Normalize normalize, boolean calibrate, Questions questions) {
    return new Labelling(CHOICES, null, normalize, calibrate ? "?" : null, 0, questions);
  }

  private LabelSets sets(Labelling how) {
    LabelTask task =
        how.contentFree() == null
            ? LabelTask.plain(how)
            : new LabelTask(how, Prompt.data("Nd"), CONTENT_FREE);
    int[] prefix = {PROMPT[0]};
    return new LabelSets(task, GenerateSettings.trial(1), prefix, tokenizer, engine);
  }

  private Map<String, Double> scores(Labelling how) throws InterruptedException {
    LabelSet set = sets(how).find(row(List.of()));
    Result result = set.result("k", List.of(engine.complete(PROMPT, set.group())));
    return result.scores();
  }

  /** The log-probability of a text's tokens, each scored alone after all that is before it. */
  private double naive(int[] prompt, String text) throws InterruptedException {
    int[] ids = prompt;
    double sum = 0;
    for (int token : tokenizer.encodeLabel(text)) {
      LabelTokens next = new LabelTokens(List.of(new int[] {token}));
      RequestGroup group = RequestGroup.labelling(GenerateSettings.trial(1), new int[0], next);
      Completion scored = engine.complete(ids, group);
      sum += scored.labelLogProbabilities()[0];
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = token;
    }
    return sum;
  }

  /** Softmax of one number for each choice. */
  private static void assertShares(Map<String, Double> scores, double[] logs) {
    double all = Arrays.stream(logs).map(Math::exp).sum();
    for (int i = 0; i < logs.length; i++) {
      assertThat(scores.get(CHOICES.get(i).value()))
          .as(CHOICES.get(i).value())
          .isCloseTo(Math.exp(logs[i]) / all, within(1e-5));
    }
  }

  @Test
  void scores_ofSeveralTokensAndSharedBeginnings_areThoseOfEachTokenAlone() throws Exception {
    double[] logs = new double[3];
    for (int i = 0; i < 3; i++) {
      logs[i] = naive(PROMPT, CHOICES.get(i).text());
    }
    assertShares(scores(how(Normalize.NONE, false, null)), logs);
  }

  @Test
  void scores_normalizedByLength_areMeansOverTokens() throws Exception {
    double[] logs = new double[3];
    for (int i = 0; i < 3; i++) {
      logs[i] = naive(PROMPT, CHOICES.get(i).text()) / CHOICES.get(i).text().length();
    }
    assertShares(scores(how(Normalize.LENGTH, false, null)), logs);
  }

  @Test
  void scores_calibrated_areWithoutThePrior() throws Exception {
    double[] logs = new double[3];
    for (int i = 0; i < 3; i++) {
      String text = CHOICES.get(i).text();
      logs[i] = naive(PROMPT, text) - naive(CONTENT_FREE, text);
    }
    assertShares(scores(how(Normalize.NONE, true, null)), logs);
  }

  @Test
  void scores_ofQuestions_areYesAgainstNoAfterEach() throws Exception {
    Questions questions = new Questions(" {{ label }}.", " y", " no", 0.5);
    Map<String, Double> plain = scores(how(Normalize.NONE, false, questions));
    Map<String, Double> calibrated = scores(how(Normalize.NONE, true, questions));
    for (Choice choice : CHOICES) {
      String asked = " " + choice.text() + ".";
      double rows = naive(PROMPT, asked + " y") - naive(PROMPT, asked + " no");
      double prior = naive(CONTENT_FREE, asked + " y") - naive(CONTENT_FREE, asked + " no");
      assertThat(plain.get(choice.value())).isCloseTo(sigmoid(rows), within(1e-5));
      assertThat(calibrated.get(choice.value())).isCloseTo(sigmoid(rows - prior), within(1e-5));
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void find_rowsOwnChoices_areMadeOncePerSet() throws Exception {
    LabelSets sets = sets(new Labelling(List.of(), "own", Normalize.NONE, "?", 0, null));
    LabelSet first = sets.find(own("a", "b"));
    assertThat(sets.find(own("b", "a"))).isNotSameAs(first);
    assertThat(sets.find(own("a", "b"))).isSameAs(first);
    assertThat(first.choices()).isEqualTo(Labelling.of("a", "b").choices());
    assertThat(first.prior()).hasSize(2);
  }

  @Test
  void find_tokensThatThePromptBrings_areScoredAndPriorsAreKeptForTheChoices() throws Exception {
    LabelSets sets = sets(how(Normalize.NONE, true, null));
    LabelTokens joint = new LabelTokens(List.of(new int[] {9}, new int[] {3, 5}, new int[] {2}));
    LabelSet set = sets.find(new PendingRow("k", PROMPT, List.of(), joint, null));
    assertThat(set.tokens()).isEqualTo(joint);
    assertThat(sets.find(row(List.of())).prior()).isSameAs(set.prior());
  }

  @Test
  void find_choicesThatDontFitBesideTheContentFreePrompt_isARowsFailure() {
    LabelSets sets = sets(new Labelling(List.of(), "own", Normalize.NONE, "?", 0, null));
    assertThatThrownBy(() -> sets.find(own("a".repeat(MOST_TOKENS))))
        .isInstanceOf(RowException.class)
        .hasMessage("the content-free prompt and the labels need 65 tokens, the engine holds 64");
  }

  private static PendingRow own(String... labels) {
    return row(Labelling.of(labels).choices());
  }

  private static PendingRow row(List<Choice> choices) {
    return new PendingRow("k", PROMPT, choices, null, null);
  }
}
