package io.herd.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.Work;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.runtime.EngineLease;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.text.CompletionText;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.PromptSettings;
import io.herd.udfs.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Times the engine alone, without Spark, on a file of prompts, and prints one line of JSON.
 *
 * <p>Usage: {@code EngineBench MODEL PROMPTS.jsonl NEW_TOKENS DTYPE [SLOTS [THREADS]]}; with 0 new
 * tokens the labels " positive" and " negative" are scored instead.
 */
public final class EngineBench {
  private static final List<String> CHOICES = List.of(" positive", " negative");
  private static final int WARM_UP_ROWS = 32;

  private final Path folder;
  private final Tokenizer tokenizer;
  private final GenerateSettings settings;
  private final EngineLease engine;

  private EngineBench(
      Path folder, Tokenizer tokenizer, GenerateSettings settings, EngineLease engine) {
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.engine = engine;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    int newTokens = Integer.parseInt(args[2]);
    Dtype dtype = Dtype.valueOf(args[3].toUpperCase(Locale.ROOT));
    int slots = args.length > 4 ? Integer.parseInt(args[4]) : 0;
    int threads = args.length > 5 ? Integer.parseInt(args[5]) : 0;
    EngineSettings wanted =
        new EngineSettings(
            args[0],
            ModelManifest.ofFolder(folder),
            dtype,
            EngineSettings.DeviceChoice.AUTO,
            slots,
            0,
            threads,
            false);
    List<String> choices = newTokens == 0 ? CHOICES : List.of();
    GenerateSettings settings =
        new GenerateSettings(Math.max(1, newTokens), 0, true, List.of(), 0, 0, choices);
    Tokenizer tokenizer = Engines.tokenizer(folder);
    try (EngineLease engine = Engines.lease(wanted, Optional.empty())) {
      EngineBench bench = new EngineBench(folder, tokenizer, settings, engine);
      List<String> prompts = prompts(Path.of(args[1]));
      bench.run(prompts.subList(0, Math.min(WARM_UP_ROWS, prompts.size())));
      System.out.println(bench.run(prompts));
    }
    Engines.closeAll();
  }

  private static List<String> prompts(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject().get("prompt").getAsString())
        .toList();
  }

  private JsonObject run(List<String> prompts) throws InterruptedException {
    long start = System.nanoTime();
    List<int[]> ids = encode(prompts);
    ids.sort(Comparator.comparingInt((int[] row) -> row.length).reversed());
    Work work = work(commonPrefix(ids));
    BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
    for (int[] row : ids) {
      engine.submit(new Request(row, 0, work, listener(outcomes)));
    }
    int tokensOut = 0;
    for (int i = 0; i < ids.size(); i++) {
      if (!(outcomes.take() instanceof Completion completion)) {
        throw new IllegalStateException("the engine failed");
      }
      tokensOut += completion.tokens();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    JsonObject line = new JsonObject();
    line.addProperty("peer", settings.labels() ? "herd choices" : "herd");
    line.addProperty("rows", ids.size());
    line.addProperty("tokens_in", ids.stream().mapToInt(row -> row.length).sum());
    line.addProperty("tokens_out", tokensOut);
    line.addProperty("seconds", Math.round(seconds * 100) / 100.0);
    line.addProperty("rows_per_s", Math.round(ids.size() / seconds * 100) / 100.0);
    line.addProperty("tokens_out_per_s", Math.round(tokensOut / seconds * 10) / 10.0);
    return line;
  }

  private List<int[]> encode(List<String> prompts) {
    PromptRenderer renderer =
        PromptRenderer.of(
            new PromptSettings(
                "prompt",
                null,
                null,
                PromptSettings.Chat.OFF,
                PromptSettings.SpecialTokens.PARSE,
                ""),
            null,
            Tokenizer.specialTokens(folder));
    List<int[]> ids = new ArrayList<>();
    for (String prompt : prompts) {
      ids.add(tokenizer.encode(renderer.render(Map.of("prompt", prompt)), false));
    }
    return ids;
  }

  private Work work(int[] prefix) {
    if (settings.labels()) {
      List<int[]> labels = settings.choices().stream().map(tokenizer::encodeLabel).toList();
      return Work.labelling(settings, prefix, new LabelTokens(labels));
    }
    return Work.generation(
        settings, prefix, () -> new CompletionText(tokenizer::decode, settings.stop()));
  }

  private static int[] commonPrefix(List<int[]> ids) {
    int[] first = ids.get(0);
    int common = first.length - 1;
    for (int[] row : ids) {
      int same = Arrays.mismatch(first, row);
      common = Math.min(common, Math.min(same < 0 ? common : same, row.length - 1));
    }
    return Arrays.copyOf(first, common);
  }

  private static Request.Listener listener(BlockingQueue<Object> outcomes) {
    return new Request.Listener() {
      @Override
      public void completed(Completion completion) {
        outcomes.add(completion);
      }

      @Override
      public void failed(Throwable cause) {
        outcomes.add(cause);
      }
    };
  }
}
