package io.herd.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.sample.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Times the engine alone on a file of prompts, and prints one line of JSON.
 *
 * <p>Usage: {@code EngineBench MODEL PROMPTS.jsonl NEW_TOKENS DTYPE [SLOTS [THREADS [DEVICES]]]};
 * with 0 new tokens the labels " positive" and " negative" are scored instead. DEVICES are
 * libtorch's names, such as {@code cuda:0+cuda:1}, over which the model is split; {@code cpu+cpu}
 * is two stages on the processor. {@code -Dlanes=2}, before the class, sets the lanes, {@code
 * -Dlookup=off} makes a token of each row in each pass, {@code -Dschema=FILE} has texts keep to a
 * JSON schema, {@code -Dlines=true} ends them with their first line, and {@code -Dtexts=FILE}
 * writes them, a line each.
 */
public final class EngineBench {
  private static final List<String> CHOICES = List.of(" positive", " negative");
  private static final int WARM_UP_ROWS = 32;

  /** Begins the prompts of the warm-up, so that none of what it computes is there afterwards. */
  private static final String WARM_UP = "Warm-up. ";

  private EngineBench() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int newTokens = Integer.parseInt(args[2]);
    Dtype dtype = Dtype.valueOf(args[3].toUpperCase(Locale.ROOT));
    int slots = args.length > 4 ? Integer.parseInt(args[4]) : 0;
    int threads = args.length > 5 ? Integer.parseInt(args[5]) : 0;
    List<JsonObject> rows =
        Files.readAllLines(Path.of(args[1])).stream()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .toList();
    List<String> prompts = rows.stream().map(row -> row.get("prompt").getAsString()).toList();
    List<String> choices = newTokens == 0 ? CHOICES : List.of();
    GenerateSettings settings = settings(Math.max(1, newTokens));
    String[] devices = args.length > 6 ? args[6].split("[+]") : new String[0];
    try (BenchEngine engine = BenchEngine.load(Path.of(args[0]), dtype, slots, threads, devices)) {
      engine.run(
          prompts.stream().limit(WARM_UP_ROWS).map(WARM_UP::concat).toList(), settings, choices);
      BenchEngine.Answers answers = engine.run(prompts, settings, choices);
      String texts = System.getProperty("texts");
      if (texts != null) {
        Files.write(Path.of(texts), answers.texts());
      }
      String peer = dtype == Dtype.INT8 ? "herd int8" : "herd";
      JsonObject line = line(choices.isEmpty() ? peer : peer + " choices", dtype, rows, answers);
      line.addProperty("load_seconds", rounded(engine.loadSeconds()));
      System.out.println(line);
    }
  }

  private static GenerateSettings settings(int newTokens) throws IOException {
    String schema = System.getProperty("schema");
    boolean lines = Boolean.getBoolean("lines");
    if (schema == null && !lines) {
      return GenerateSettings.trial(newTokens);
    }
    Format format = schema == null ? null : Format.jsonSchema(Files.readString(Path.of(schema)));
    List<String> stop = lines ? List.of("\n") : List.of();
    return new GenerateSettings(newTokens, 0, false, stop, 0, Sampling.GREEDY, 1, 0, format);
  }

  private static JsonObject line(
      String peer, Dtype dtype, List<JsonObject> rows, BenchEngine.Answers answers) {
    JsonObject line = new JsonObject();
    line.addProperty("peer", peer);
    line.addProperty("dtype", dtype.text());
    line.addProperty("rows", rows.size());
    line.addProperty("tokens_in", answers.tokensIn());
    line.addProperty("tokens_shared", answers.tokensShared());
    line.addProperty("tokens_out", answers.tokensOut());
    line.addProperty("seconds", rounded(answers.seconds()));
    line.addProperty("rows_per_s", rounded(rows.size() / answers.seconds()));
    line.addProperty("tokens_out_per_s", rounded(answers.tokensOut() / answers.seconds()));
    if (rows.get(0).has("gold")) {
      int correct = 0;
      for (int i = 0; i < rows.size(); i++) {
        String gold = rows.get(i).get("gold").getAsString();
        correct += answers.texts().get(i).trim().startsWith(gold) ? 1 : 0;
      }
      line.addProperty("correct", Math.round(1000.0 * correct / rows.size()) / 1000.0);
    }
    return line;
  }

  private static double rounded(double value) {
    return Math.round(100 * value) / 100.0;
  }
}
