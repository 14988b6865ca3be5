package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.herd.udfs.RealModel;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** JSON from a real model. */
@Tag("real")
class SmolLm2FormatTest {
  private static final int ROWS = 200;
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["sentiment", "stars", "reason"], "properties": {
        "sentiment": {"enum": ["positive", "negative", "mixed"]},
        "stars": {"type": "integer", "minimum": 1, "maximum": 5},
        "topics": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 20}},
        "reason": {"type": "string", "minLength": 1, "maxLength": 60},
        "price": {"type": ["number", "null"], "minimum": 0}}}""";

  private static List<String> reviews() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("../../data-samples/reviews.jsonl"))) {
      return lines
          .limit(ROWS)
          .map(line -> JsonParser.parseString(line).getAsJsonObject().get("text").getAsString())
          .toList();
    }
  }

  private static List<Completion> completions(int rows, Sampling sampling, boolean lookup)
      throws IOException {
    Path folder = RealModel.folder();
    LlamaModel model = LlamaModel.load(folder, Dtype.FLOAT32, TorchDevice.cpu());
    try (Tokenizer tokenizer = Tokenizer.load(folder);
        Engine engine = new Engine(model, new Limits(64, 64_000, 512), 1024, false, lookup)) {
      Format format = Format.jsonSchema(SCHEMA);
      Grammar grammar = Grammar.of(format, Tokenizer.vocabulary(folder), model.spec().endIds());
      GenerateSettings settings =
          new GenerateSettings(80, 0, false, List.of(), 1, sampling, 1, 0, format);
      RequestGroup group =
          RequestGroup.generation(
              settings,
              new int[0],
              () -> new CompletionText(tokenizer::decode, List.of()),
              grammar);
      List<int[]> prompts =
          reviews().stream()
              .limit(rows)
              .map(text -> Prompt.data("Review: " + text + "\nThe review as JSON: "))
              .map(prompt -> tokenizer.encode(prompt, false))
              .toList();
      List<Completion> completions =
          Requests.run(engine, Collections.nCopies(prompts.size(), group), prompts);
      // while there is a tokenizer
      assertThat(completions).allSatisfy(each -> assertThat(each.text().get()).isNotNull());
      return completions;
    }
  }

  @Test
  void json_fortyReviews_isAllValid() throws IOException {
    requireValid(40);
  }

  @Test
  @Tag("deep")
  void json_twoHundredReviews_isAllValid() throws IOException {
    requireValid(ROWS);
  }

  private static void requireValid(int rows) throws IOException {
    JsonSchema standard = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(SCHEMA);
    List<Completion> completions = completions(rows, Sampling.at(0.8), false);
    assertThat(completions).hasSize(rows);
    for (Completion completion : completions) {
      String text = completion.text().get();
      assertThat(standard.validate(text, InputFormat.JSON)).as(text).isEmpty();
      assertThat(completion.finish()).isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void json_lookup_isTheSame() throws IOException {
    requireSameWithLookup(16);
  }

  @Test
  @Tag("deep")
  void json_lookupInFortyReviews_isTheSame() throws IOException {
    requireSameWithLookup(40);
  }

  private static void requireSameWithLookup(int rows) throws IOException {
    Sampling penalties = new Sampling(0, 0, 1, 0, 1.1, 0, 0.1);
    for (Sampling sampling : List.of(Sampling.GREEDY, penalties)) {
      assertThat(texts(completions(rows, sampling, true)))
          .isEqualTo(texts(completions(rows, sampling, false)));
    }
  }

  private static List<String> texts(List<Completion> completions) {
    return completions.stream().map(completion -> completion.text().get()).toList();
  }
}
