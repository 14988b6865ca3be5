package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.plan.Plan;
import io.herd.job.workdir.LogCompaction;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.ResultWriter;
import io.herd.udfs.results.SampleLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Logs of many files, and of keys that are there more than once. */
@ExtendWith(SharedSpark.class)
class CompactionTest {
  private static final int FILES = 501;
  private Workplace place;
  private WorkDir workDir;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
    workDir =
        new WorkDir(
            directory.resolve("work").toString(), spark.sparkContext().hadoopConfiguration());
    workDir.prepare();
  }

  /** One result a file, whose keys are k0, k1 and so on. */
  private void write(int results) {
    ResultWriter.Flush each = new ResultWriter.Flush(1, Duration.ofHours(1));
    try (ResultWriter writer =
        workDir
            .results()
            .writer(place.spark().sparkContext().hadoopConfiguration(), "r1", 0, 7, each)) {
      for (int i = 0; i < results; i++) {
        writer.append(result("k" + i, "text " + i));
      }
    }
  }

  private static Result result(String key, String text) {
    return Result.completed(key, List.of(new SampleLine(text, "stop", 3, null)));
  }

  private Dataset<Row> results() {
    return Plan.results(place.spark(), workDir.results());
  }

  private int compact() {
    return new LogCompaction(place.spark(), workDir.results()).run();
  }

  private List<String> names(String folder) {
    try (Stream<Path> files = Files.list(place.directory().resolve(folder))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void run_manyFiles_becomeOneThatHasAllResults() {
    write(FILES);

    assertThat(compact()).isEqualTo(FILES);

    assertThat(results().select("completion").distinct().count()).isEqualTo(FILES);
    assertThat(results().count()).as("each once").isEqualTo(FILES);
    assertThat(place.log())
        .filteredOn(file -> file.getFileName().toString().startsWith("c"))
        .hasSize(1);
    assertThat(names("work/results")).noneMatch(name -> name.startsWith("_c"));
    assertThat(compact()).isZero();
  }

  @Test
  void run_fewFiles_stay() {
    write(FILES - 1);
    assertThat(compact()).isZero();
    assertThat(names("work/results")).allMatch(name -> name.contains("r1-00000"));
  }

  @Test
  void run_readersThatBeganBefore_findTheirFiles() throws IOException {
    write(FILES);
    Dataset<Row> before = results();

    compact();

    assertThat(before.count()).isEqualTo(FILES);
    assertThat(workDir.results().keys(place.spark().sparkContext().hadoopConfiguration(), "r1", 0))
        .as("what an attempt at the same partition skips")
        .hasSize(FILES);
  }

  @Test
  void results_afterACompaction_areReadFromTheNewFileAlone() throws IOException {
    write(FILES);
    compact();
    Dataset<Row> after = results();
    for (Path file : place.log()) {
      if (file.getFileName().toString().startsWith("r1")) {
        Files.delete(file);
      }
    }

    assertThat(after.count()).isEqualTo(FILES);
  }

  @Test
  void run_replacedAWeekAgo_areRemoved() throws IOException {
    write(FILES);
    compact();
    try (Stream<Path> lists = Files.list(place.directory().resolve("work/results/_replaced"))) {
      Instant old = Instant.now().minus(Duration.ofDays(8));
      for (Path list : lists.filter(file -> !file.toString().endsWith(".crc")).toList()) {
        Files.setLastModifiedTime(list, FileTime.from(old));
      }
    }

    compact();

    assertThat(place.log()).hasSize(1);
    assertThat(results().count()).isEqualTo(FILES);
  }

  @Test
  void run_killedBeforeTheListIsThere_leavesResultsTwiceAndNoneLost() throws IOException {
    write(FILES);
    compact();
    try (Stream<Path> lists = Files.list(place.directory().resolve("work/results/_replaced"))) {
      for (Path list : lists.toList()) {
        Files.delete(list);
      }
    }
    assertThat(results().count()).isEqualTo(2 * FILES);

    assertThat(compact()).isEqualTo(FILES + 1);

    assertThat(results().select("key").distinct().count()).isEqualTo(FILES);
  }

  @Test
  void run_realLogOfManyFiles_generatesNothingAgain() {
    place.input(reviews(0, FILES)).run(LABEL, "herd.run.checkpoint.rows=1");
    assertThat(place.log()).hasSize(FILES);
    List<String> first = place.output().orderBy("id").toJSON().collectAsList();

    String printed = place.run(LABEL).printed();

    assertThat(printed).contains("log       501 files of results are a few now");
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(place.output().orderBy("id").toJSON().collectAsList()).isEqualTo(first);
  }

  @Test
  void run_keyTwiceWithOtherTexts_takesTheSameOneInWhateverOrder() throws IOException {
    place.input(reviews(0, 1)).run(LABEL);
    String line = Files.readString(place.log().get(0)).strip();
    String key = Result.JSON.fromJson(line, Result.class).key();
    String low = with(line, "\"label\":\"a\"");
    String high = with(line, "\"label\":\"b\"");
    String failed = Result.JSON.toJson(Result.failed(key, "zzz"));
    Path log = place.log().get(0);
    Path other = log.resolveSibling("r0-00000-0-00000.jsonl");

    for (List<String> lines :
        List.of(
            List.of(low, high, failed), List.of(failed, high, low), List.of(high, failed, low))) {
      Files.write(log, lines.subList(0, 2));
      Files.write(other, lines.subList(2, 3));
      Files.deleteIfExists(log.resolveSibling("." + log.getFileName() + ".crc"));
      place.run(LABEL);
      assertThat(place.output().head().<String>getAs("label")).isEqualTo("b");
      assertThat(place.output().head().<String>getAs("status")).isEqualTo("ok");
    }
  }

  private static String with(String line, String label) {
    return line.replaceAll("\"label\":\"[a-z]+\"", label);
  }
}
