package io.herd.explore;

import io.herd.job.workdir.LogCompaction;
import io.herd.udfs.SystemException;
import io.herd.udfs.results.LogFiles;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.ResultWriter;
import io.herd.udfs.results.SampleLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Runs that log results, join the log's files and read them: what was flushed is always there. */
final class LogWorld implements World {
  private static final int FILES = 2;

  private final Set<String> flushed = new TreeSet<>();

  @Override
  public void fill(MemoryFiles files, Turns turns) throws IOException {
    files.mkdirs(folder(files));
    for (String name : new String[] {"A", "B"}) {
      turns.process(
          name,
          driver -> {
            write(files, name);
            compact(files, driver);
            read(files, true);
            compact(files, driver);
          });
    }
    turns.afterAll("last", driver -> read(files, false));
  }

  private static Path folder(MemoryFiles files) {
    return new Path(Storage.root(files), "results");
  }

  private void write(MemoryFiles files, String name) {
    ResultWriter.Flush each = new ResultWriter.Flush(1, Duration.ofHours(1));
    try (ResultWriter writer =
        new ResultWriter(files, folder(files), name, each, () -> 0, Storage.retries())) {
      for (int i = 0; i < FILES; i++) {
        String key = name + i;
        writer.append(Result.completed(key, List.of(new SampleLine("text", "stop", 3, null))));
        flushed.add(key);
      }
    }
  }

  private static void compact(MemoryFiles files, Turns.Driver driver) {
    LogFiles log = new LogFiles(files, folder(files));
    LogCompaction.Joining here =
        (groups, name) -> {
          List<String> shown = new ArrayList<>();
          for (List<String> group : groups) {
            String file = name + "-" + shown.size() + ".jsonl";
            log.join(group, LogFiles.hidden(file));
            shown.add(file);
          }
          return shown;
        };
    try {
      new LogCompaction(log, 1, driver.clock(), here).run();
    } catch (SystemException e) { // a run ends by that, and loses nothing
    }
  }

  private void read(MemoryFiles files, boolean mayFail) throws IOException {
    Set<String> expected = new TreeSet<>(flushed);
    Set<String> found = new TreeSet<>();
    try {
      for (FileStatus file : new LogFiles(files, folder(files)).live()) {
        try (InputStream in = files.open(file.getPath())) {
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .forEach(line -> found.add(Result.JSON.fromJson(line, Result.class).key()));
        }
      }
    } catch (SystemException | IOException e) {
      if (!mayFail) {
        throw e;
      }
      return;
    }
    expected.removeAll(found);
    if (!expected.isEmpty()) {
      throw new AssertionError("results that were flushed are not in the log: " + expected);
    }
  }
}
