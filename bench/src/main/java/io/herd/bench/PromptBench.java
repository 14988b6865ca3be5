package io.herd.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Times rendering and tokenizing alone, on one thread, and prints one line of JSON.
 *
 * <p>Usage: {@code PromptBench MODEL PROMPTS.jsonl}
 */
public final class PromptBench {
  private PromptBench() {}

  public static void main(String[] args) throws IOException {
    Path model = Path.of(args[0]);
    List<String> prompts =
        Files.readAllLines(Path.of(args[1])).stream()
            .map(line -> JsonParser.parseString(line).getAsJsonObject().get("prompt").getAsString())
            .toList();
    PromptRenderer renderer =
        PromptRenderer.of(BenchEngine.AS_RENDERED, null, Tokenizer.specialTokens(model));
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      seconds(prompts, renderer, tokenizer); // warms up
      double seconds = seconds(prompts, renderer, tokenizer);
      JsonObject line = new JsonObject();
      line.addProperty("rows", prompts.size());
      line.addProperty("us_per_row", Math.round(1e7 * seconds / prompts.size()) / 10.0);
      System.out.println(line);
    }
  }

  private static double seconds(
      List<String> prompts, PromptRenderer renderer, Tokenizer tokenizer) {
    long begin = System.nanoTime();
    for (String prompt : prompts) {
      tokenizer.encode(renderer.render(Map.of("prompt", prompt)), true);
    }
    return (System.nanoTime() - begin) / 1e9;
  }
}
