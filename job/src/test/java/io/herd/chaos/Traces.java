package io.herd.chaos;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** What runs have left on the disk, read without the file system that has faults. */
record Traces(Path place, String format, boolean listed, boolean ordered) {
  private static final String MANIFEST = "_manifest.json";

  static Traces of(Path place, Scenario scenario) {
    return new Traces(place, scenario.format(), scenario.listed(), scenario.ordered());
  }

  /** The output's rows, in a fixed order where it has none, or empty when there is no output. */
  Optional<List<String>> output(SparkSession spark) throws IOException {
    Path out = place.resolve("out");
    if (!Files.exists(listed ? out.resolve(MANIFEST) : out)) {
      return Optional.empty();
    }
    if (listed) {
      return Optional.of(listedLines(out));
    }
    if (Files.exists(out.resolve("old." + format))) {
      return Optional.of(lines(out, "." + format));
    }
    if (ordered) {
      return Optional.of(read(out, names(out, ".json")));
    }
    if (names(out, ".parquet").isEmpty()) {
      return Optional.of(lines(out, ".json"));
    }
    List<String> rows = spark.read().parquet(out.toUri().toString()).toJSON().collectAsList();
    return Optional.of(rows.stream().sorted().toList());
  }

  /** By key, the lines of the result log. */
  Map<String, List<String>> log() throws IOException {
    Map<String, List<String>> byKey = new HashMap<>();
    Path results = place.resolve("work/results");
    for (String line : Files.isDirectory(results) ? lines(results, ".jsonl") : List.<String>of()) {
      String key = JsonParser.parseString(line).getAsJsonObject().get("key").getAsString();
      byKey.computeIfAbsent(key, none -> new ArrayList<>()).add(line);
    }
    return byKey;
  }

  /** Names of the log's files that can be seen. */
  Set<String> logFiles() {
    try {
      Path results = place.resolve("work/results");
      return Files.isDirectory(results) ? names(results, ".jsonl") : Set.of();
    } catch (IOException | UncheckedIOException e) {
      return Set.of(); // one was being renamed
    }
  }

  boolean hasSnapshot() {
    try (Stream<Path> files = Files.list(place.resolve("work"))) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("state-"));
    } catch (IOException | UncheckedIOException e) {
      return false; // there is no work-dir yet
    }
  }

  private static List<String> listedLines(Path out) throws IOException {
    String manifest = Files.readString(out.resolve(MANIFEST));
    List<String> names =
        JsonParser.parseString(manifest).getAsJsonObject().getAsJsonArray("files").asList().stream()
            .map(JsonElement::getAsString)
            .toList();
    return lines(out, names);
  }

  private static List<String> lines(Path folder, String suffix) throws IOException {
    return lines(folder, names(folder, suffix));
  }

  private static List<String> lines(Path folder, Collection<String> names) throws IOException {
    List<String> lines = read(folder, names);
    lines.sort(null);
    return lines;
  }

  private static List<String> read(Path folder, Collection<String> names) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      lines.addAll(Files.readAllLines(folder.resolve(name)));
    }
    return lines;
  }

  /** Of files that are data: neither they nor folders around them begin with a dot or a line. */
  private static Set<String> names(Path folder, String suffix) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .map(file -> folder.relativize(file).toString())
          .filter(name -> name.matches("([^._][^/]*/)*[^._/][^/]*\\Q" + suffix + "\\E"))
          .forEach(names::add);
    }
    return names;
  }
}
