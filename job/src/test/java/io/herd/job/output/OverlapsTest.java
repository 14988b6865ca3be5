package io.herd.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places that are one by links, by patterns or by another spelling. */
class OverlapsTest {
  private Path directory;

  @BeforeEach
  void layOut(@TempDir Path temporary) throws IOException {
    directory = temporary.toRealPath();
    Files.createDirectories(directory.resolve("data/a"));
    Files.createDirectories(directory.resolve("data/b"));
    Files.createDirectories(directory.resolve("work"));
    Files.createFile(directory.resolve("data/a/in.jsonl"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("data/a"));
    Files.createSymbolicLink(directory.resolve("link-b"), Path.of("data/b"));
    Files.createSymbolicLink(directory.resolve("work-link"), directory.resolve("work"));
    Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("work/later"));
  }

  private Overlaps overlaps(String input, String output, String work) {
    return overlaps(List.of("herd.input.path=" + input, "herd.input.format=json"), output, work);
  }

  private Overlaps overlaps(List<String> input, String output, String work) {
    List<String> all = new ArrayList<>(input);
    all.add("herd.output.path=" + output.formatted(directory));
    all.add("herd.run.work-dir=" + work);
    try {
      Files.writeString(
          directory.resolve("run.conf"), "herd { model.id = a/b, prompt.column = t }");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    Settings settings = SettingsReader.read(Path.of("run.conf"), all, directory);
    return new Overlaps(settings, new Configuration());
  }

  private static String problem(Runnable check) {
    UserException thrown = catchThrowableOfType(UserException.class, check::run);
    return thrown == null ? "none" : thrown.getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data/*        | data/out        | work      | output.path (%s/data/out) matches",
        "data/*        | data/out/deep   | work      | output.path (%s/data/out/deep) is inside",
        "data/{a,out}  | data/out        | work      | output.path (%s/data/out) matches",
        "data/*        | data/_out       | work      | output.path (%s/data/_out) matches",
        "data/*        | out             | data/work | run.work-dir (%s/data/work) matches",
        "data/*/in.*   | data/a          | work      | input.path (%s/data/*/in.*) is inside",
        "link          | data/a/out      | work      | output.path (%s/data/a/out) is inside",
        "data/a        | link/out        | work      | output.path (%s/link/out) is inside",
        "data/a        | work-link/out   | work      | output.path (%s/work-link/out) is inside",
        "data/a        | dangling        | work      | output.path (%s/dangling) is inside",
        "data/a        | file:%s/data/b  | link-b/w  | run.work-dir (%s/link-b/w) is inside",
        "data/a        | link-b          | data/b    | output.path (%s/link-b) is the same as",
      })
  void check_placesThatAreOne_areRefused(String input, String output, String work, String problem) {
    assertThat(problem(overlaps(input, output, work)::check))
        .contains("herd." + problem.formatted(directory))
        .endsWith("What to do: choose another directory.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data/*.jsonl         | data/out      | data/work",
        "data/a*              | data/out      | data/work",
        "data/{a,b}/in.jsonl  | data/out      | data/work",
        "data/[^ow]*/in.jsonl | data/out      | data/work",
        "data/*/in.*          | data/out      | data/work",
        "{data/a,data/b}/*    | data/out      | data/work",
        "{data/a              | data/out      | data/work",
        "hdfs://nowhere/data  | data/out      | data/work",
        "data/a               | nofs://h/out  | data/work"
      })
  void check_placesApart_areFine(String input, String output, String work) {
    assertThat(problem(overlaps(input, output, work)::check)).isEqualTo("none");
  }

  @Test
  void checkFiles_ofTheRun_areRefusedUnlessAQueryNamesThem() {
    String[] output = {"file://" + directory + "/data/b/lang=en/part-0.json"};
    String[] work = {"file://" + directory + "/work-link/run.json"};
    String[] other = {"file://" + directory + "/data/a/a%20b.json"};
    Overlaps path = overlaps("data/a", "link-b", "work");

    assertThat(problem(() -> path.check(output)))
        .contains("/data/b/lang=en, which belongs to herd.output.path, so the run would read its");
    assertThat(problem(() -> path.check(work))).contains("which belongs to herd.run.work-dir");
    assertThat(problem(() -> path.check(other))).isEqualTo("none");
    Overlaps query = overlaps(List.of("herd.input.sql=SELECT 1"), "link-b", "work");
    assertThat(problem(() -> query.check(output))).isEqualTo("none");
  }
}
