package io.herd.bench;

import com.google.gson.JsonParser;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.sample.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What keeping to a format costs: the same prompts are completed freely and in a format that lets
 * the model write nearly anything but has another mask for each length, in turns. Prints one line
 * each, and the ratio of the fastest.
 *
 * <p>Usage: {@code FormatBench MODEL PROMPTS.jsonl NEW_TOKENS SLOTS [THREADS]}
 */
public final class FormatBench {
  private static final int ROUNDS = 3;

  /** More characters than the tokens have on average, so that all rows use all their tokens. */
  private static final int CHARS_PER_TOKEN = 5;

  private FormatBench() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int newTokens = Integer.parseInt(args[2]);
    int threads = args.length > 4 ? Integer.parseInt(args[4]) : 0;
    List<String> prompts =
        Files.readAllLines(Path.of(args[1])).stream()
            .map(line -> JsonParser.parseString(line).getAsJsonObject().get("prompt").getAsString())
            .toList();
    Format format =
        Format.jsonSchema(
            String.format(
                Locale.ROOT,
                "{\"type\": \"string\", \"minLength\": %d}",
                CHARS_PER_TOKEN * newTokens));
    GenerateSettings free = GenerateSettings.trial(newTokens);
    GenerateSettings kept =
        new GenerateSettings(newTokens, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0, format);
    List<Double> freely = new ArrayList<>();
    List<Double> formatted = new ArrayList<>();
    try (BenchEngine engine =
        BenchEngine.load(Path.of(args[0]), Dtype.FLOAT32, Integer.parseInt(args[3]), threads)) {
      for (int round = 0; round < ROUNDS; round++) {
        freely.add(perToken("free", engine.run(prompts, free)));
        formatted.add(perToken("format", engine.run(prompts, kept)));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "with the format %.3f of the time without%n",
        formatted.stream().min(Double::compare).orElseThrow()
            / freely.stream().min(Double::compare).orElseThrow());
  }

  private static double perToken(String name, BenchEngine.Answers answers) {
    double millis = 1000 * answers.seconds() / answers.tokensOut();
    System.out.printf(
        Locale.ROOT,
        "%-7s %d tokens in %.2f s, %.3f ms each%n",
        name,
        answers.tokensOut(),
        answers.seconds(),
        millis);
    return millis;
  }
}
