package io.herd.udfs.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder for results that isn't there yet, and its log. */
abstract class ResultFolder {
  @TempDir private Path temp;
  final Configuration hadoop = new Configuration();
  Path folder;
  ResultLog log;

  @BeforeEach
  void name() {
    folder = temp.resolve("results");
    log = new ResultLog(folder.toUri().toString());
  }

  static Result completed(String key, String text) {
    return Result.completed(key, List.of(new SampleLine(text, "stop", 3, null)));
  }

  static Result ok(String key) {
    return completed(key, "text of " + key);
  }

  /** What Spark would read: names that begin with _ or . are hidden. */
  List<String> visible() throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("_") && !name.startsWith("."))
          .sorted()
          .toList();
    }
  }
}
