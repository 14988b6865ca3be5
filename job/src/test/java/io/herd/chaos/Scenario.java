package io.herd.chaos;

import io.herd.chaos.Fault.Kind;
import io.herd.chaos.Fault.Operation;
import io.herd.chaos.Fault.Place;
import io.herd.udfs.endpoint.FakeAnswers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is run: completions with a fixed number of tokens, so that tokens tell generations.
 *
 * @param rows with a prompt of their own; 128 and more are two tasks
 * @param format of the output
 * @param mode whether an output was there before, and what becomes of it
 * @param temperature 0 or more
 * @param tokens of each completion
 * @param listed whether of the output counts what its manifest lists, as on S3
 * @param feature what rows are for
 * @param server that does rows in the engine's place; empty for Herd's own engine
 */
record Scenario(
    int rows,
    String format,
    Mode mode,
    double temperature,
    int tokens,
    int slots,
    boolean listed,
    Feature feature,
    String server) {
  /** How the output is published. */
  enum Mode {
    ERRORIFEXISTS,
    OVERWRITE,
    APPEND
  }

  private static final List<Feature> FEATURES =
      List.of(Feature.VARIANTS, Feature.CASCADE, Feature.BATCH, Feature.BUDGET, Feature.DOCUMENTS);

  /** Rows that a task writes at once, and so can lose. */
  static final int FLUSH = 6;

  /** What there was before. */
  static final String OLD = "{\"id\":\"old\"}";

  /** One that takes hardly any time. */
  static Scenario quick(int seed) {
    String format = seed % 3 == 0 ? "parquet" : "json";
    int rows = seed % 4 == 0 ? 132 : 60;
    Mode mode = seed % 2 == 0 ? Mode.OVERWRITE : Mode.ERRORIFEXISTS;
    return seed % 5 == 4
        ? new Scenario(rows, format, mode, 0, 12, 8, false, Feature.DOCUMENTS, "")
        : new Scenario(rows, format, mode, seed % 5 == 0 ? 0.8 : 0, 2, 8, false, Feature.TEXTS, "");
  }

  /** One of what a team does beside texts of its rows; where in order, as one file. */
  static Scenario featured(int seed) {
    Feature feature = FEATURES.get(seed % FEATURES.size());
    Mode mode = seed % 2 == 0 ? Mode.OVERWRITE : Mode.ERRORIFEXISTS;
    String format = feature == Feature.BATCH || seed % 3 > 0 ? "json" : "parquet";
    return feature == Feature.BUDGET
        ? new Scenario(132, format, mode, 0.8, 48, 1, false, feature, "")
        : new Scenario(seed % 4 == 0 ? 132 : 60, format, mode, 0, 12, 8, false, feature, "");
  }

  /** One of whose rows a server does all, or those of a cascade's large model. */
  static Scenario served(int seed, String server) {
    Scenario quick = quick(seed);
    return new Scenario(
        quick.rows,
        quick.format,
        quick.mode,
        0,
        FakeAnswers.TOKENS,
        8,
        false,
        seed % 3 == 0 ? Feature.SERVED_CASCADE : Feature.TEXTS,
        server);
  }

  /** One of a few rows: what is looked at is how they are published. */
  static Scenario published(Mode mode) {
    return new Scenario(12, "json", mode, 0, 2, 8, false, Feature.TEXTS, "");
  }

  /** The same on S3, where each file takes longer. */
  static Scenario onS3() {
    return new Scenario(24, "json", Mode.ERRORIFEXISTS, 0, 2, 8, true, Feature.TEXTS, "");
  }

  /** One that takes long enough to be met by signals. */
  static Scenario slow() {
    return new Scenario(132, "json", Mode.OVERWRITE, 0.8, 48, 2, false, Feature.TEXTS, "");
  }

  /** Whether Herd's own engine has the model. */
  private boolean ofEngine() {
    return server.isEmpty() || feature == Feature.SERVED_CASCADE;
  }

  /** Whether a run ends early where nothing goes wrong. */
  boolean endsEarly() {
    return feature == Feature.BUDGET;
  }

  /** Whether the output's rows have an order. */
  boolean ordered() {
    return feature == Feature.BATCH;
  }

  /** Files of the log, roughly. */
  int files() {
    return rows / FLUSH;
  }

  /** Operations on one executor of two, and what every driver does. */
  Map<Kind, Integer> census() {
    int files = files() / 2;
    return Map.of(
        new Kind(Place.RESULTS, Operation.CREATE), files,
        new Kind(Place.RESULTS, Operation.CLOSE), files,
        new Kind(Place.RESULTS, Operation.RENAME), files,
        new Kind(Place.STATE, Operation.CLOSE), 2,
        new Kind(Place.STATE, Operation.RENAME), 2,
        new Kind(Place.STATE, Operation.DELETE), 2,
        new Kind(Place.SNAPSHOT, Operation.CLOSE), 1,
        new Kind(Place.OUTPUT, Operation.CLOSE), 1,
        new Kind(Place.OUTPUT, Operation.RENAME), 2);
  }

  Scenario grown() {
    return new Scenario(
        rows + 20, format, mode, temperature, tokens, slots, listed, feature, server);
  }

  /** Of the same results another output. */
  Scenario otherwiseWritten() {
    String other = format.equals("json") ? "parquet" : "json";
    return new Scenario(rows, other, mode, temperature, tokens, slots, listed, feature, server);
  }

  /** With other results. */
  Scenario longer() {
    return new Scenario(
        rows, format, mode, temperature, tokens + 1, slots, listed, feature, server);
  }

  /** Whether two end with the same output. */
  Scenario same() {
    Feature same = feature == Feature.BUDGET ? Feature.TEXTS : feature;
    return new Scenario(
        rows, format, Mode.ERRORIFEXISTS, temperature, tokens, slots, listed, same, server);
  }

  /**
   * Writes the input, the configuration and what is there before.
   *
   * @param base where work-dir and output go, an address of {@code place} itself
   */
  void prepare(Path place, String base) throws IOException {
    write(place, base);
    if (mode != Mode.ERRORIFEXISTS) {
      Files.createDirectories(place.resolve("out"));
      Files.writeString(place.resolve("out/old." + format), OLD + "\n");
    }
  }

  /** Writes the input and the configuration, also over those of another scenario. */
  void write(Path place, String base) throws IOException {
    Files.write(place.resolve("in.jsonl"), input());
    Files.writeString(place.resolve("run.conf"), configuration(base));
  }

  /** Different rows, three that equal others, and two that must fail. */
  private List<String> input() {
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < rows + 3; row++) {
      String document = feature == Feature.DOCUMENTS ? document(row % rows % 4) : "";
      int number = row % rows;
      lines.add(feature.line("r" + row, document + "it is number " + number, number));
    }
    lines.add(feature.line("none", null, 0));
    lines.add(feature.line("long", "very ".repeat(200), 0));
    return lines;
  }

  private static String document(int number) {
    return (number + " was very long, ").repeat(12);
  }

  private String configuration(String base) {
    String engine =
        ofEngine()
            ? "threads = 1, deterministic = true"
            : "kind = endpoint, url = \"" + server + '"';
    return String.format(
            Locale.ROOT,
            """
        herd {
          model { path = "%s"%s }
          input { format = json, path = in.jsonl, schema = "id STRING, text STRING" }
          prompt { column = text, chat = off }
          generate { max-new-tokens = %d, ignore-eos = true, temperature = %s }
          output { path = "%s/out", format = %s, mode = %s }
          run { work-dir = "%s/work", max-failed-fraction = 1, checkpoint.rows = %d }
          engine { %s, max-length = 128, slots = %d }
        }
        """,
            Feature.MODEL,
            ofEngine() ? ", dtype = float32" : "",
            tokens,
            temperature,
            base,
            format,
            mode.name().toLowerCase(Locale.ROOT),
            base,
            FLUSH,
            engine,
            slots)
        + feature.keys(server);
  }
}
