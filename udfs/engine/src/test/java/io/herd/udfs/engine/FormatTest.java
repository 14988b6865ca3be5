package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.herd.udfs.RowException;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.grammar.Vocabulary;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Completions of a format, by models that know nothing of it. */
class FormatTest {
  private static final int TOKENS = 96;
  private static final int END = 2;
  private static final String REGEX = "[A-C]{2,6}-(?:\\d\\d)+";
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["name", "tags"], "properties": {
        "name": {"type": "string", "maxLength": 8},
        "score": {"type": ["number", "null"], "minimum": -1, "maximum": 1},
        "tags": {"type": "array", "maxItems": 3, "items": {"enum": ["x", "yz"]}}}}""";
  private static final JsonSchema STANDARD =
      JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(SCHEMA);

  /** A printable character for each token of the tiny models; the one that ends a text is none. */
  static Vocabulary vocabulary() {
    List<byte[]> tokens = new ArrayList<>();
    for (int id = 0; id < TOKENS; id++) {
      char c = id == TOKENS - 1 ? '"' : (char) (' ' + id);
      tokens.add(String.valueOf(c).getBytes(StandardCharsets.US_ASCII));
    }
    return new Vocabulary(tokens, false);
  }

  private static String text(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(new String(vocabulary().tokens().get(id), StandardCharsets.US_ASCII));
    }
    return text.toString();
  }

  private static RequestGroup group(Format format, int maxNewTokens, double temperature) {
    GenerateSettings settings =
        new GenerateSettings(
            maxNewTokens, 0, false, List.of(), 5, Sampling.at(temperature), 1, 0, format);
    Grammar grammar = format == null ? null : Grammar.of(format, vocabulary(), Set.of(END));
    return RequestGroup.generation(
        settings, new int[0], () -> new CompletionText(FormatTest::text, List.of()), grammar);
  }

  private static final List<RequestGroup> KINDS =
      List.of(
          group(Format.regex(REGEX), 9, 0),
          group(Format.regex(REGEX), 20, 1),
          group(Format.jsonSchema(SCHEMA), 32, 0),
          group(Format.jsonSchema(SCHEMA), 60, 1),
          group(Format.choice(List.of("one", "other", "on")), 5, 1),
          group(null, 12, 0));

  private static List<int[]> prompts(int count) {
    Random random = new Random(3);
    return IntStream.range(0, count)
        .mapToObj(i -> random.ints(1 + random.nextInt(30), 0, TOKENS).toArray())
        .toList();
  }

  private static Engine engine(Dtype dtype, boolean fixedShapes) {
    LlamaModel model =
        LlamaModel.load(TinyRandom.folder(TinyRandom.GROUPED), dtype, TorchDevice.cpu());
    return new Engine(model, new Limits(7, 4096, 256), 128, fixedShapes);
  }

  private static List<RequestGroup> groups(int count) {
    return IntStream.range(0, count).mapToObj(i -> KINDS.get(i % KINDS.size())).toList();
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void step_formatsOfAllKindsInOneBatch_areKeptTo(Dtype dtype) {
    List<Completion> completions;
    try (Engine engine = engine(dtype, false)) {
      completions = Requests.run(engine, groups(90), prompts(90));
    }
    for (int i = 0; i < completions.size(); i++) {
      String text = completions.get(i).text().get();
      switch (i % 6) {
        case 0, 1 -> assertThat(text).matches(REGEX);
        case 2, 3 -> assertThat(STANDARD.validate(text, InputFormat.JSON)).as(text).isEmpty();
        case 4 -> assertThat(text).isIn("one", "other", "on");
        default -> assertThat(completions.get(i).tokens()).isLessThanOrEqualTo(12);
      }
      assertThat(text).hasSize(completions.get(i).tokens());
    }
    assertThat(completions.get(2).finish()).as("no longer text").isEqualTo(FinishReason.STOP);
    assertThat(completions.get(0).finish()).as("could go on").isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void step_rowsWithoutAFormat_areAsTheyWereAlone() {
    List<int[]> prompts = prompts(30);
    RequestGroup free = group(null, 12, 0);
    List<RequestGroup> some =
        IntStream.range(0, 30).mapToObj(i -> i % 3 == 0 ? free : KINDS.get(3)).toList();
    try (Engine engine = engine(Dtype.FLOAT32, false)) {
      List<Completion> mixed = Requests.run(engine, some, prompts);
      List<Completion> alone =
          Requests.run(engine, IntStream.range(0, 30).mapToObj(i -> free).toList(), prompts);
      for (int i = 0; i < 30; i += 3) {
        assertThat(mixed.get(i).text().get()).isEqualTo(alone.get(i).text().get());
      }
    }
  }

  @Test
  void step_fixedShapes_givesTheSameTextsAloneAndInCompany() {
    try (Engine engine = engine(Dtype.FLOAT32, true)) {
      List<Completion> together = Requests.run(engine, groups(30), prompts(30));
      for (int i = 0; i < 30; i++) {
        List<RequestGroup> own = groups(30).subList(i, i + 1);
        Completion alone = Requests.run(engine, own, prompts(30).subList(i, i + 1)).get(0);
        assertThat(together.get(i).text().get()).isEqualTo(alone.text().get());
      }
    }
  }

  @Test
  void step_modelThatLeavesTheFormat_failsThatRowAlone() {
    RequestGroup strict = group(Format.regex("[A-C]{5}"), 8, 0);
    RequestGroup free = Requests.group(Requests.greedy(4));
    Requests.Told told = new Requests.Told();
    Requests.Told others = new Requests.Told();
    try (Engine engine = new Engine(new FakeModel(4096), new Limits(4, 4096, 64), 64, false)) {
      engine.submit(Requests.request(strict, told, 5, 6));
      engine.submit(Requests.request(free, others, 7, 8));
      Requests.finish(engine, 100);
    }
    assertThat(told.completions).isEmpty();
    assertThat(told.failures).hasSize(1).first().isInstanceOf(RowException.class);
    assertThat(others.completions).hasSize(1);
  }

  @Test
  void generation_formatThatNeedsMoreTokens_isRefused() {
    assertThatThrownBy(() -> group(Format.regex("[A-C]{5}"), 4, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a format of at least 5 tokens in fewer");
  }
}
