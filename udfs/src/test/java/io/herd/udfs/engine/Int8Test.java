package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.google.gson.Gson;
import io.herd.udfs.RealModel;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.sample.LabelScores;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What int8 changes, on SmolLM2-135M and the human-rated sentences. */
@Tag("real")
class Int8Test {
  private static final GenerateSettings LABELS =
      new GenerateSettings(
          1, 0, true, List.of(), 0, Sampling.GREEDY, 1, 0, List.of(" positive", " negative"));

  private static final int EXAMPLES = 8;
  private static final int TEXTS_FOR_PERPLEXITY = 12;
  private static final int SENTENCES = 20;

  private record Review(String text, String human_label) {}

  private static Path folder;
  private static Tokenizer tokenizer;
  private static List<Review> reviews;

  @BeforeAll
  static void read() throws IOException {
    folder = RealModel.folder();
    tokenizer = Tokenizer.load(folder);
    reviews =
        Files.readAllLines(Path.of("../data-samples/reviews.jsonl")).stream()
            .map(line -> new Gson().fromJson(line, Review.class))
            .toList();
    assertThat(reviews).hasSize(1000);
  }

  private static double[][] scores(Dtype dtype, List<int[]> prompts, List<Work> works) {
    LlamaModel model = LlamaModel.load(folder, dtype, Device.cpu());
    try (Engine engine = new Engine(model, new Limits(64, 64_000, 512), 1024, false)) {
      return Requests.run(engine, works, prompts).stream()
          .map(Completion::labelLogProbabilities)
          .toArray(double[][]::new);
    }
  }

  private static String asked(Review review) {
    return "Review: " + review.text() + "\nSentiment:";
  }

  @Test
  void labels_thousandSentences_agreeWithFloat32() {
    String examples =
        reviews.subList(0, EXAMPLES).stream()
            .map(review -> asked(review) + " " + review.human_label() + "\n\n")
            .collect(Collectors.joining());
    int[] prefix = tokenizer.encodeLabel(examples + "Review:");
    List<int[]> prompts =
        reviews.stream().map(review -> tokenizer.encodeLabel(examples + asked(review))).toList();
    LabelTokens labels =
        new LabelTokens(LABELS.choices().stream().map(tokenizer::encodeLabel).toList());
    List<Work> works = Collections.nCopies(prompts.size(), Work.labelling(LABELS, prefix, labels));
    double[][] exact = scores(Dtype.FLOAT32, prompts, works);
    double[][] rounded = scores(Dtype.INT8, prompts, works);
    int agreed = 0;
    for (int i = 0; i < exact.length; i++) {
      agreed += LabelScores.best(exact[i]) == LabelScores.best(rounded[i]) ? 1 : 0;
    }
    System.out.printf("int8 gives %d of %d sentences float32's label%n", agreed, exact.length);
    assertThat(agreed).isGreaterThanOrEqualTo(980);
  }

  /** A text of twenty sentences is scored as the one label that follows its first token. */
  @Test
  void perplexity_isNearFloat32() {
    List<int[]> texts = new ArrayList<>();
    for (int from = 0; from < TEXTS_FOR_PERPLEXITY * SENTENCES; from += SENTENCES) {
      texts.add(
          tokenizer.encodeLabel(
              reviews.subList(from, from + SENTENCES).stream()
                  .map(Review::text)
                  .collect(Collectors.joining("\n"))));
    }
    List<int[]> prompts = texts.stream().map(ids -> Arrays.copyOf(ids, 1)).toList();
    List<Work> rest =
        texts.stream()
            .map(ids -> new LabelTokens(List.of(Arrays.copyOfRange(ids, 1, ids.length))))
            .map(labels -> Work.labelling(LABELS, new int[0], labels))
            .toList();
    int tokens = texts.stream().mapToInt(ids -> ids.length - 1).sum();
    double exact = perplexity(scores(Dtype.FLOAT32, prompts, rest), tokens);
    double rounded = perplexity(scores(Dtype.INT8, prompts, rest), tokens);
    System.out.printf("perplexity: float32 %.2f, int8 %.2f%n", exact, rounded);
    assertThat(rounded / exact).isCloseTo(1, within(0.02));
  }

  private static double perplexity(double[][] sums, int tokens) {
    return Math.exp(-Arrays.stream(sums).mapToDouble(sum -> sum[0]).sum() / tokens);
  }
}
