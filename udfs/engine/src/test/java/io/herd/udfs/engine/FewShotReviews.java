package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** The human-rated sentences, to be labelled by a real model after eight of them as examples. */
record FewShotReviews(Path folder, Tokenizer tokenizer, List<Review> reviews) {
  private static final int EXAMPLES = 8;

  record Review(String text, String human_label) {}

  static FewShotReviews read(Path folder) {
    try {
      List<Review> reviews =
          Files.readAllLines(Path.of("../../data-samples/reviews.jsonl")).stream()
              .map(line -> new Gson().fromJson(line, Review.class))
              .toList();
      assertThat(reviews).hasSize(1000);
      return new FewShotReviews(folder, Tokenizer.load(folder), reviews);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How likely {@code " positive"} and {@code " negative"} are after each of the first. */
  double[][] scores(Dtype dtype, int count) {
    String examples =
        reviews.subList(0, EXAMPLES).stream()
            .map(review -> asked(review) + " " + review.human_label() + "\n\n")
            .collect(Collectors.joining());
    int[] prefix = tokenizer.encodeLabel(examples + "Review:");
    List<int[]> prompts =
        reviews.stream()
            .limit(count)
            .map(review -> tokenizer.encodeLabel(examples + asked(review)))
            .toList();
    LabelTokens labels =
        new LabelTokens(
            List.of(" positive", " negative").stream().map(tokenizer::encodeLabel).toList());
    RequestGroup group = RequestGroup.labelling(GenerateSettings.trial(1), prefix, labels);
    return scores(dtype, prompts, Collections.nCopies(prompts.size(), group));
  }

  private static String asked(Review review) {
    return "Review: " + review.text() + "\nSentiment:";
  }

  /** Log-probabilities of each group's labels. */
  double[][] scores(Dtype dtype, List<int[]> prompts, List<RequestGroup> groups) {
    LlamaModel model = LlamaModel.load(folder, dtype, TorchDevice.cpu());
    try (Engine engine = new Engine(model, new Limits(64, 64_000, 512), 1024, false)) {
      return Requests.run(engine, groups, prompts).stream()
          .map(Completion::labelLogProbabilities)
          .toArray(double[][]::new);
    }
  }
}
