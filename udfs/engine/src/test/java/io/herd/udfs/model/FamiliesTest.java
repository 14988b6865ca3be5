package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.schedule.Start;
import io.herd.udfs.text.ChatTemplate;
import io.herd.udfs.text.PromptEncoder;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.PromptSettings;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import io.herd.udfs.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of Llama with its configuration, tokenizer and template, from a text to its tokens. */
class FamiliesTest {
  private static final Path FAMILIES = Path.of("../test-resources/families");
  private static final Path GUARD = Path.of("../test-resources/guard");
  private static final PromptSettings CHAT =
      new PromptSettings(null, "{{ text }}", null, Chat.ON, SpecialTokens.TEXT, "01 Feb 2025");

  @TempDir private Path folder;

  /** What transformers makes of a text. */
  private record Case(String text, int[] ids, int[] greedy, float[] last_logits) {}

  private record Family(
      String family, String tokenizer, String template, String weights, List<Case> cases) {
    /** Puts its files together, as they lie in a repository. */
    Path in(Path folder) throws IOException {
      Path own = FAMILIES.resolve(tokenizer);
      Path tokens = Files.exists(own) ? own : GUARD.resolve(tokenizer);
      copy(FAMILIES.resolve(family).resolve("config.json"), folder.resolve("config.json"));
      copy(tokens.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
      copy(tokens.resolve("tokenizer_config.json"), folder.resolve("tokenizer_config.json"));
      copy(Path.of("..").resolve(template), folder.resolve("chat_template.jinja"));
      copy(
          FAMILIES.resolve("weights").resolve(weights + ".safetensors"),
          folder.resolve("model.safetensors"));
      return folder;
    }

    private static void copy(Path from, Path to) throws IOException {
      Files.copy(from, to);
    }

    @Override
    public String toString() {
      return family;
    }
  }

  private static List<Family> families() throws IOException {
    String json = Files.readString(FAMILIES.resolve("expected.json"));
    return new Gson().fromJson(json, new TypeToken<List<Family>>() {}.getType());
  }

  @ParameterizedTest
  @MethodSource("families")
  void chat_eachFamily_hasTransformersIdsAndLogits(Family family) throws IOException {
    Path model = family.in(folder);
    PromptRenderer renderer =
        PromptRenderer.of(
            CHAT, ChatTemplate.read(model).orElseThrow(), Tokenizer.specialTokens(model));
    try (Tokenizer tokenizer = Tokenizer.load(model);
        LlamaModel llama = LlamaModel.load(model, Dtype.FLOAT32, TorchDevice.cpu())) {
      PromptEncoder encoder = new PromptEncoder(CHAT, renderer, tokenizer, 100_000);
      for (Case expected : family.cases()) {
        int[] ids = encoder.encode(Map.of("text", expected.text())).ids();
        assertThat(ids).isEqualTo(expected.ids());
        assertThat(llama.logits(List.of(ids))[0])
            .containsExactly(expected.last_logits(), within(1e-4f));
        llama.forget();
        assertThat(greedy(llama, ids)).isEqualTo(expected.greedy());
      }
    }
  }

  private static int[] greedy(LlamaModel model, int[] ids) {
    int[] out = new int[8];
    int capacity = ids.length + out.length;
    model.reserve(new TreeMap<>(), capacity, 1, capacity);
    out[0] = model.prefill(capacity, 0, List.of(ids), Start.NONE, SamplingBatch.greedy(1)).ids()[0];
    TreeMap<Integer, Integer> row = new TreeMap<>(Map.of(capacity, 1));
    for (int i = 1; i < out.length; i++) {
      int[] at = {ids.length + i - 1};
      out[i] = model.decode(row, new int[] {out[i - 1]}, at, SamplingBatch.greedy(1)).ids()[0];
    }
    model.forget();
    return out;
  }
}
