package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What prompts share is computed once, and changes nothing of what comes of them. */
class SharedPrefixesTest {
  private static final RequestGroup TEXTS =
      RequestGroup.generation(
          GenerateSettings.trial(6),
          new int[0],
          () -> new CompletionText(Arrays::toString, List.of()));
  private static final RequestGroup LABELS =
      RequestGroup.labelling(
          GenerateSettings.trial(1),
          new int[0],
          new LabelTokens(List.of(new int[] {4, 5}, new int[] {9})));

  /** Its heads are wide enough for Herd's kernels, where a processor has them. */
  private static final String WIDE = "heads-of-64";

  private static Engine engine(Dtype dtype, int slots, int kvTokens, boolean fixedShapes) {
    return engine(TinyRandom.GROUPED, dtype, slots, kvTokens, 128, fixedShapes);
  }

  private static Engine engine(
      String model, Dtype dtype, int slots, int kvTokens, int maxTokens, boolean fixedShapes) {
    LlamaModel loaded = LlamaModel.load(TinyRandom.folder(model), dtype, TorchDevice.cpu());
    return new Engine(loaded, new Limits(slots, kvTokens, 64), maxTokens, fixedShapes);
  }

  /** Questions about documents, some of which begin alike: [documents * questions] */
  private static List<int[]> questions(int documents, int questions, Random random) {
    return questions(documents, questions, 40, random);
  }

  private static List<int[]> questions(int documents, int questions, int least, Random random) {
    List<int[]> prompts = new ArrayList<>();
    int[] instructions = random.ints(10, 0, 96).toArray();
    for (int d = 0; d < documents; d++) {
      int[] document = random.ints(least + random.nextInt(20), 0, 96).toArray();
      for (int q = 0; q < questions; q++) {
        IntStream question = random.ints(3 + random.nextInt(8), 0, 96);
        prompts.add(
            IntStream.concat(
                    IntStream.concat(Arrays.stream(instructions), Arrays.stream(document)),
                    question)
                .toArray());
      }
    }
    return prompts;
  }

  private static List<Completion> run(Engine engine, List<int[]> prompts, RequestGroup group) {
    return Requests.run(engine, Collections.nCopies(prompts.size(), group), prompts);
  }

  @ParameterizedTest
  @CsvSource({"16, 4096", "3, 4096", "8, 600", "2, 260"})
  void step_documentsAndQuestions_givesWhatEachDoesAlone(int slots, int kvTokens) {
    for (int seed = 0; seed < 3; seed++) {
      List<int[]> prompts = questions(4, 6, new Random(seed));
      Collections.shuffle(prompts, new Random(seed));
      try (Engine together = engine(Dtype.FLOAT32, slots, kvTokens, false);
          Engine alone = engine(Dtype.FLOAT32, 1, 128, false)) {
        List<Completion> texts = run(together, prompts, TEXTS);
        List<Completion> labels = run(together, prompts, LABELS);
        for (int i = 0; i < prompts.size(); i++) {
          Completion text = run(alone, prompts.subList(i, i + 1), TEXTS).get(0);
          assertThat(texts.get(i).text().get()).isEqualTo(text.text().get());
          double[] scores =
              run(alone, prompts.subList(i, i + 1), LABELS).get(0).labelLogProbabilities();
          assertThat(labels.get(i).labelLogProbabilities()).containsExactly(scores, within(1e-4));
        }
      }
    }
  }

  /** Rows of long documents hold their questions only, so twelve fit where four copies would. */
  @ParameterizedTest
  @CsvSource({"16, 4096", "16, 1200", "3, 700"})
  void step_longDocuments_givesWhatEachDoesAlone(int slots, int kvTokens) {
    List<int[]> prompts = questions(3, 4, 140, new Random(slots));
    try (Engine together = engine(WIDE, Dtype.FLOAT32, slots, kvTokens, 256, false);
        Engine alone = engine(WIDE, Dtype.FLOAT32, 1, 256, 256, false)) {
      List<Completion> texts = run(together, prompts, TEXTS);
      List<Completion> labels = run(together, prompts, LABELS);
      long distinct = distinct(prompts);
      assertThat(together.stats().promptTokens()).isLessThan(2 * distinct + 12 * 6 * 3);
      for (int i = 0; i < prompts.size(); i++) {
        Completion text = run(alone, prompts.subList(i, i + 1), TEXTS).get(0);
        assertThat(texts.get(i).text().get()).isEqualTo(text.text().get());
        double[] scores =
            run(alone, prompts.subList(i, i + 1), LABELS).get(0).labelLogProbabilities();
        assertThat(labels.get(i).labelLogProbabilities()).containsExactly(scores, within(1e-4));
      }
    }
  }

  @Test
  void step_documentsInOrder_computesEachOnce() {
    List<int[]> prompts = questions(4, 6, new Random(1));
    try (Engine engine = engine(Dtype.FLOAT32, 16, 4096, false)) {
      run(engine, prompts, TEXTS);
      long distinct = distinct(prompts);
      assertThat(engine.stats().promptTokens()).isBetween(distinct, distinct + 4L * 6 * 3);
      assertThat(engine.stats().promptTokens() + engine.stats().sharedTokens())
          .isGreaterThan(prompts.stream().mapToInt(ids -> ids.length).sum());
    }
  }

  /** Nodes of the prompts' tree. */
  private static long distinct(List<int[]> prompts) {
    List<int[]> sorted = prompts.stream().sorted(Arrays::compare).toList();
    long nodes = sorted.get(0).length;
    for (int i = 1; i < sorted.size(); i++) {
      nodes += sorted.get(i).length - Arrays.mismatch(sorted.get(i - 1), sorted.get(i));
    }
    return nodes;
  }

  @Test
  void step_fixedShapes_sharesNothing() {
    try (Engine engine = engine(Dtype.FLOAT32, 4, 4096, true)) {
      run(engine, questions(2, 3, new Random(1)), TEXTS);
      assertThat(engine.stats().sharedTokens()).isZero();
    }
  }
}
