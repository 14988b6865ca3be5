package io.herd.bench;

import io.herd.udfs.UserException;
import io.herd.udfs.grammar.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How many JSON schemas of a collection can be kept to, by set, and why the others are refused.
 * Each folder below the collection's with {@code *.json} in it is a set.
 *
 * <p>Usage: {@code SchemaBench FOLDER [REFUSED.tsv]}
 */
public final class SchemaBench {
  private static final int MOST_REASONS = 40;

  private final Map<String, int[]> taken = new TreeMap<>(); // of, seconds / 1000
  private final Map<String, Integer> reasons = new TreeMap<>();
  private final List<String> refused = new ArrayList<>();

  public static void main(String[] args) throws IOException {
    SchemaBench bench = new SchemaBench();
    Path folder = Path.of(args[0]);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).sorted().toList()) {
        bench.judge(folder, file);
      }
    }
    bench.print();
    if (args.length > 1) {
      Files.write(Path.of(args[1]), bench.refused);
    }
  }

  private void judge(Path folder, Path file) throws IOException {
    String set = folder.relativize(file.getParent()).toString();
    int[] counts = taken.computeIfAbsent(set, name -> new int[3]);
    long began = System.nanoTime();
    counts[1]++;
    try {
      Format.jsonSchema(Files.readString(file)).check();
      counts[0]++;
    } catch (UserException e) {
      String reason = reason(e.getMessage());
      reasons.merge(reason, 1, Integer::sum);
      refused.add(
          folder.relativize(file)
              + "\t"
              + reason
              + "\t"
              + e.getMessage().lines().findFirst().orElse(""));
    }
    counts[2] += (int) ((System.nanoTime() - began) / 1_000_000);
  }

  /** A refusal without its place, its names and its numbers. */
  private static String reason(String message) {
    return message
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("herd.format.json-schema: at .*?: ", "")
        .replaceFirst("the regular expression .* has ", "a regular expression has ")
        .replaceAll("\"[^\"]*\"", "...")
        .replaceAll("#/[^ ,]*", "#/...")
        .replaceAll("[0-9]+", "N");
  }

  private void print() {
    System.out.println("| set | schemas | taken | share | ms each |");
    System.out.println("|---|---|---|---|---|");
    int[] sum = new int[3];
    taken.forEach(
        (set, counts) -> {
          line(set, counts);
          for (int i = 0; i < sum.length; i++) {
            sum[i] += counts[i];
          }
        });
    line("all", sum);
    System.out.println("\n| refused | because |\n|---|---|");
    reasons.entrySet().stream()
        .sorted(Comparator.comparing((Map.Entry<String, Integer> each) -> -each.getValue()))
        .limit(MOST_REASONS)
        .forEach(each -> System.out.println("| " + each.getValue() + " | " + each.getKey() + " |"));
  }

  private static void line(String set, int[] counts) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d | %,d | %.1f %% | %.0f |%n",
        set,
        counts[1],
        counts[0],
        100.0 * counts[0] / counts[1],
        (double) counts[2] / counts[1]);
  }
}
