package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver that stalls between its last look at the lease and its commit, for longer than the lease
 * lasts, and goes on when another has published the run.
 */
@Tag("large")
@ExtendWith(SharedSpark.class)
class StandStillIT {
  private static final int ROWS = 6;

  private Path directory;

  @Test
  void herd_standsStillBeforeItsPlan_leavesTheOthersRows(
      SparkSession spark, @TempDir Path temporary) throws Exception {
    standsStill("append", ".*/_herd/s[0-9]+-[0-9a-f]+[.]json", spark, temporary);
  }

  @Test
  @Tag("deep")
  void herd_standsStillBeforeItPutsTheFolderInPlace_leavesTheOthersRows(
      SparkSession spark, @TempDir Path temporary) throws Exception {
    standsStill("overwrite", ".*/out", spark, temporary);
  }

  private void standsStill(String mode, String commit, SparkSession spark, Path temporary)
      throws Exception {
    directory = temporary;
    new Workplace(spark, temporary).input(Workplace.reviews(0, ROWS));
    Files.writeString(temporary.resolve("run.conf"), Workplace.LABEL);
    Path once = Files.createFile(temporary.resolve("once"));

    Launched first = start(mode, commit, once);
    try {
      StoppedDriver.await(first, () -> !Files.exists(once));
      start(mode, commit, once).ends(0);
      List<Path> published = parts();
      assertThat(rows(spark).count()).isEqualTo(ROWS);

      first.signalled("CONT").ends(0);
      assertThat(first.out())
          .contains("publish   begins again: another run took over while this one stalled");
      assertThat(parts()).isEqualTo(published);
      assertThat(rows(spark).count()).isEqualTo(ROWS);
      assertThat(rows(spark).select("id").distinct().count()).isEqualTo(ROWS);
    } finally {
      first.processes().forEach(ProcessHandle::destroyForcibly);
    }
  }

  private Launched start(String mode, String commit, Path once) throws IOException {
    List<String> words = new ArrayList<>(StoppedDriver.at(commit, once));
    words.addAll(List.of("--jars", StoppedDriver.jar(directory).toString()));
    words.addAll(List.of("--driver-java-options", StoppedDriver.LEASE));
    words.addAll(List.of("run", "run.conf", "herd.output.mode=" + mode));
    words.add("herd.output.path=\"stopping://" + directory.resolve("out") + "\"");
    return Launched.start(directory, words.toArray(String[]::new));
  }

  private Dataset<Row> rows(SparkSession spark) {
    return spark.read().parquet(directory.resolve("out").toString());
  }

  private List<Path> parts() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("out"))) {
      return files
          .filter(each -> each.getFileName().toString().startsWith("part-"))
          .sorted()
          .toList();
    }
  }
}
