package io.herd.chaos;

import io.herd.chaos.Fault.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every operation on a schedule's storage, of all its processes, in a file that outlives them.
 *
 * @param file beside the folder of what has happened
 */
record History(Path file) {
  private static final String DONE = "done";

  /**
   * An operation.
   *
   * @param begin by this machine's clock that never jumps
   * @param end when the caller was told
   * @param run the process, and which of the runs in it
   * @param path that it was on; of a rename, where to
   * @param result what came of it, whatever the caller was told
   */
  record Step(long begin, long end, String run, Operation operation, String path, String result) {
    /** Whether it changed, or showed, what is stored. */
    boolean done() {
      return result.equals(DONE) || result.equals("true");
    }

    private static Step of(String line) {
      String[] parts = line.split("\t", -1);
      return new Step(
          Long.parseLong(parts[0]),
          Long.parseLong(parts[1]),
          parts[2],
          Operation.valueOf(parts[3]),
          parts[4],
          parts[5]);
    }

    private String line() {
      return String.join(
          "\t", Long.toString(begin), Long.toString(end), run, operation.name(), path, result);
    }
  }

  static History of(Fired fired) {
    return new History(fired.folder().resolveSibling("history"));
  }

  /** Makes room for steps. */
  void begin() throws IOException {
    Files.write(file, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** What an operation gave that has no answer. */
  static String result(Object value) {
    return value instanceof Boolean ? value.toString() : DONE;
  }

  void note(Step step) {
    try {
      Files.writeString(file, step.line() + "\n", StandardOpenOption.APPEND);
    } catch (NoSuchFileException e) {
      // of an executor that stalled until its schedule was over and its folder removed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the order of their begins; nothing where the storage was another. */
  List<Step> steps() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.chars().filter(c -> c == '\t').count() == 5) // a kill tears the last
          .map(Step::of)
          .sorted(Comparator.comparing(Step::begin))
          .toList();
    }
  }
}
