package io.herd.udfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.reflect.TypeToken;
import io.herd.udfs.RealModel;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.FinishReason;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Outcome;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.hub.Secret;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.CompletionText;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.Tokenizer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real server, which serves SmolLM2-135M-Instruct in float32 with a key, against what
 * transformers made of it: {@code HERD_TEST_ENDPOINT} is its address, {@code HERD_ENDPOINT_KEY} the
 * key.
 */
@Tag("real")
class RealServerTest {
  private record Greedy(int[] ids, int[] greedy) {}

  private record Choice(String label, int[] ids, double score) {}

  private record Choices(int[] ids, List<Choice> choices, String best) {}

  private static EndpointLease lease() throws InterruptedException {
    return lease(false);
  }

  private static EndpointLease lease(boolean scoresIds) throws InterruptedException {
    String address = System.getenv("HERD_TEST_ENDPOINT");
    assertThat(address).as("HERD_TEST_ENDPOINT, the address of a server").isNotBlank();
    List<URI> urls = List.of(URI.create(address));
    Optional<Secret> key = EndpointKey.find();
    Served served = Endpoints.served(urls, null, key);
    return EndpointLease.of(
        new EndpointSettings(
            urls, served, 64, served.maxTokens(), Duration.ofMinutes(2), scoresIds),
        key);
  }

  private static RequestGroup texts(GenerateSettings settings, Grammar grammar) {
    return RequestGroup.generation(
        settings, new int[0], () -> new CompletionText(ids -> "", List.of()), grammar);
  }

  private static List<Completion> completions(
      EndpointLease lease, RequestGroup group, List<int[]> prompts) throws Exception {
    return completions(lease, Collections.nCopies(prompts.size(), group), prompts);
  }

  /** All at once, so that the server computes them together. */
  private static List<Completion> completions(
      EndpointLease lease, List<RequestGroup> groups, List<int[]> prompts) throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      outcomes.add(new Outcome());
      lease.submit(new Request(prompts.get(i), 0, groups.get(i), outcomes.get(i)));
    }
    List<Completion> completions = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      completions.add(outcome.get(2, TimeUnit.MINUTES));
    }
    return completions;
  }

  @Test
  void greedy_ofAServer_equalsTransformers() throws Exception {
    requireGreedy(RealModel.sample(greedy()));
  }

  @Test
  @Tag("deep")
  void greedy_ofAServerForAllPrompts_equalsTransformers() throws Exception {
    requireGreedy(greedy());
  }

  private static List<Greedy> greedy() {
    return RealModel.reference("greedy.json", new TypeToken<List<Greedy>>() {});
  }

  /** vLLM leaves a character out that the last token doesn't end. */
  private static void requireGreedy(List<Greedy> prompts) throws Exception {
    try (EndpointLease lease = lease();
        Tokenizer tokenizer = Tokenizer.load(RealModel.folder())) {
      List<Completion> completions =
          completions(
              lease,
              texts(GenerateSettings.trial(48), null),
              prompts.stream().map(Greedy::ids).toList());
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(completions.get(i).text().get())
            .as("prompt %s", i)
            .isEqualTo(tokenizer.decode(prompts.get(i).greedy()).replaceFirst("\uFFFD+$", ""));
        assertThat(completions.get(i).tokens()).isEqualTo(48);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void labels_ofAServer_haveTransformersScores(boolean asNextToken) throws Exception {
    List<Choices> prompts = RealModel.reference("choices.json", new TypeToken<List<Choices>>() {});
    try (EndpointLease lease = lease(asNextToken)) {
      List<Completion> completions =
          completions(
              lease,
              prompts.stream().map(RealServerTest::labelling).toList(),
              prompts.stream().map(Choices::ids).toList());
      for (int row = 0; row < prompts.size(); row++) {
        double[] scores = completions.get(row).labelLogProbabilities();
        for (int i = 0; i < scores.length; i++) {
          assertThat(scores[i]).isCloseTo(prompts.get(row).choices().get(i).score(), within(2e-3));
        }
      }
    }
  }

  private static RequestGroup labelling(Choices each) {
    LabelTokens labels = new LabelTokens(each.choices().stream().map(Choice::ids).toList());
    return RequestGroup.labelling(GenerateSettings.trial(1), new int[0], labels);
  }

  @Test
  void formats_ofAServer_areHerds() throws Exception {
    List<Format> formats =
        List.of(
            Format.regex("[A-Z]{2}-[0-9]{3}"),
            Format.choice(List.of("yes", "no")),
            Format.jsonSchema(
                "{\"type\":\"object\",\"required\":[\"mood\",\"stars\"],\"additionalProperties\":false,"
                    + "\"properties\":{\"mood\":{\"enum\":[\"good\",\"bad\"]},"
                    + "\"stars\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":5}}}"));
    try (EndpointLease lease = lease();
        Tokenizer tokenizer = Tokenizer.load(RealModel.folder())) {
      int[] ids = tokenizer.encode(Prompt.data("A review, as JSON: it was great. "), false);
      for (Format format : formats) {
        GenerateSettings settings =
            new GenerateSettings(60, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0, format);
        Grammar grammar = Grammar.of(format, Tokenizer.vocabulary(RealModel.folder()), Set.of(2));
        Completion completion = completions(lease, texts(settings, grammar), List.of(ids)).get(0);
        assertThat(completion.finish()).as(completion.text().get()).isEqualTo(FinishReason.STOP);
      }
    }
  }

  @Test
  void logprobsAndStops_ofAServer_areCountedAsHerdsAre() throws Exception {
    GenerateSettings settings =
        new GenerateSettings(40, 0, false, List.of("."), 0, Sampling.GREEDY, 1, 3);
    try (EndpointLease lease = lease();
        Tokenizer tokenizer = Tokenizer.load(RealModel.folder())) {
      int[] ids = tokenizer.encode(Prompt.data("The capital of France is"), false);
      Completion completion = completions(lease, texts(settings, null), List.of(ids)).get(0);
      assertThat(completion.text().get()).isEqualTo(" Paris");
      assertThat(completion.finish()).isEqualTo(FinishReason.STOP);
      assertThat(completion.tokens()).isEqualTo(2);
      assertThat(completion.scores()).hasSize(2);
      assertThat(completion.scores().get(0).ids())
          .hasSize(3)
          .startsWith(completion.scores().get(0).id());
    }
  }
}
