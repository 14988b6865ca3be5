package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompt lookup saves passes, and changes nothing else. */
class LookupTest {
  private static final int TOKENS = 96;
  private static final int ROWS = 36;
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["name", "tags"], "properties": {
        "name": {"type": "string", "maxLength": 8},
        "tags": {"type": "array", "maxItems": 3, "items": {"enum": ["x", "yz"]}}}}""";

  private static RequestGroup group(
      int most, int least, List<String> stop, Sampling sampling, int logprobs, Format format) {
    GenerateSettings settings =
        new GenerateSettings(
            most, least, format == null && least == 0, stop, 5, sampling, 1, logprobs, format);
    Grammar grammar =
        format == null ? null : Grammar.of(format, FormatTest.vocabulary(), Set.of(2));
    return RequestGroup.generation(
        settings, new int[0], () -> new CompletionText(Requests::decode, stop, least), grammar);
  }

  private static final Sampling PENALTIES = new Sampling(0, 0, 1, 0, 1.2, 0.1, 0.1);
  private static final Sampling TOP = new Sampling(0.3, 5, 0.9, 0, 1, 0, 0);

  private static final List<RequestGroup> KINDS =
      List.of(
          group(40, 0, List.of(), Sampling.GREEDY, 0, null),
          group(30, 0, List.of("ba", "cdb"), Sampling.GREEDY, 0, null),
          group(25, 9, List.of("ab", "ec"), Sampling.GREEDY, 2, null),
          group(40, 0, List.of(), PENALTIES, 0, null),
          group(40, 0, List.of(), TOP, 1, null),
          group(40, 0, List.of(), Sampling.GREEDY, 0, Format.jsonSchema(SCHEMA)),
          group(60, 0, List.of(), Sampling.GREEDY, 0, Format.regex("(?:AB-[A-D]\\\\+C)+")));

  /** Texts that say the same again, in parts. */
  private static List<int[]> prompts(long seed) {
    Random random = new Random(seed);
    List<int[]> out = new ArrayList<>();
    for (int n = 0; n < ROWS; n++) {
      int[] part = random.ints(1 + random.nextInt(9), 4, TOKENS).toArray();
      int[] ids = new int[1 + random.nextInt(60)];
      Arrays.setAll(
          ids, i -> random.nextInt(9) == 0 ? random.nextInt(TOKENS) : part[i % part.length]);
      out.add(ids);
    }
    return out;
  }

  /** What came of rows, and how many passes that took. */
  private record Run(List<String> rows, int passes) {}

  private static Run run(
      String variant, Dtype dtype, int slots, boolean fixedShapes, boolean lookup, long seed) {
    LlamaModel model = LlamaModel.load(TinyRandom.folder(variant), dtype, TorchDevice.cpu());
    List<RequestGroup> groups =
        IntStream.range(0, ROWS).mapToObj(i -> KINDS.get(i % KINDS.size())).toList();
    List<Requests.Told> told = new ArrayList<>();
    int passes = 0;
    try (Engine engine =
        new Engine(model, new Limits(slots, 4096, 256), 128, fixedShapes, lookup)) {
      List<int[]> prompts = prompts(seed);
      for (int i = 0; i < ROWS; i++) {
        told.add(new Requests.Told());
        engine.submit(Requests.request(groups.get(i), told.get(i), prompts.get(i)));
      }
      while (engine.step()) {
        passes++;
      }
    }
    assertThat(told).allSatisfy(each -> assertThat(each.times()).isEqualTo(1));
    return new Run(told.stream().map(each -> shown(each, fixedShapes)).toList(), passes);
  }

  /** The text, and with fixed shapes every bit of log-probabilities. */
  private static String shown(Requests.Told told, boolean bits) {
    if (!told.failures.isEmpty()) {
      return told.failures.get(0).getMessage();
    }
    Completion completion = told.completions.get(0);
    List<String> scores =
        completion.scores().stream()
            .map(score -> bits ? Double.toHexString(score.logProbability()) : "")
            .toList();
    return Requests.Outcome.of(completion) + " " + scores;
  }

  @ParameterizedTest
  @CsvSource({
    "llama3-grouped, 1, 11",
    "llama3-grouped, 7, 12",
    "llama3-grouped, 64, 13",
    "heads-of-64, 1, 14",
    "heads-of-64, 7, 15",
    "heads-of-128, 64, 16"
  })
  void step_float32_givesTheSameRowsInFewerPasses(String variant, int slots, long seed) {
    Run without = run(variant, Dtype.FLOAT32, slots, false, false, seed);
    Run with = run(variant, Dtype.FLOAT32, slots, false, true, seed);
    assertThat(with.rows()).isEqualTo(without.rows());
    assertThat(with.passes()).isLessThan(without.passes());
  }

  /** Proposals take places that are computed anyway; each row's bytes stay. */
  @ParameterizedTest
  @CsvSource({
    "llama3-grouped, FLOAT32, 21",
    "heads-of-64, FLOAT32, 22",
    "heads-of-64, BFLOAT16, 23",
    "heads-of-128, INT8, 24"
  })
  void step_fixedShapes_givesTheSameBytes(String variant, Dtype dtype, long seed) {
    Run without = run(variant, dtype, 8, true, false, seed);
    Run with = run(variant, dtype, 8, true, true, seed);
    assertThat(with.rows()).isEqualTo(without.rows());
    assertThat(with.passes()).isLessThan(without.passes());
  }

  /** The last tokens of the arena are proposed to, too, and rows outgrow theirs. */
  @ParameterizedTest
  @ValueSource(longs = {31, 32})
  void step_oneRowAtATime_givesTheSameRows(long seed) {
    Run together = run("heads-of-64", Dtype.FLOAT32, 64, false, true, seed);
    Run alone = run("heads-of-64", Dtype.FLOAT32, 1, false, true, seed);
    assertThat(together.rows()).isEqualTo(alone.rows());
    assertThat(together.passes()).isLessThan(alone.passes());
  }
}
