package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.job.exit.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Stages that die: in local mode each failure of a task kills its stage. */
@ExtendWith(SharedSpark.class)
class ResubmissionTest {
  private Workplace place;
  private Configuration hadoop;
  private String workDir;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) throws IOException {
    place = new Workplace(spark, directory).input(reviews(0, 12));
    workDir = "herd.run.work-dir=" + RestlessFiles.SCHEME + ":" + directory.resolve("work");
    hadoop = spark.sparkContext().hadoopConfiguration();
    hadoop.setClass("fs.restless.impl", RestlessFiles.class, RestlessFiles.class);
    hadoop.setBoolean("fs.restless.impl.disable.cache", true);
    hadoop.set(RestlessFiles.COUNTS, Files.createDirectory(directory.resolve("counts")).toString());
  }

  @AfterEach
  void calm() {
    hadoop.unset(RestlessFiles.REFUSED);
  }

  private void refuse(String inFileName, int times) {
    hadoop.set(RestlessFiles.REFUSED, inFileName);
    hadoop.setInt(RestlessFiles.TIMES, times);
  }

  @Test
  void run_stageDiesWithSomeRowsWritten_submitsTheOthers() {
    refuse("-00001.jsonl.", 2); // when it is due, and when the task ends

    Workplace.Ended ended = place.run(LABEL, workDir, "herd.run.checkpoint.rows=3");

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isEqualTo(12);
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(12);
    assertThat(place.log()).as("three rows each, none twice").hasSize(4);
    assertThat(place.directory().resolve("work/results/_in-flight").toFile().list()).isEmpty();
  }

  @Test
  void run_stageDiesWithNothingWritten_endsWithTheReason() {
    refuse("-00000.jsonl.", 99);

    assertThatThrownBy(() -> place.run(LABEL, workDir, "herd.run.checkpoint.rows=3"))
        .hasMessageContaining("the disk is restless");

    assertThat(place.directory().resolve("counts").toFile().list())
        .as("one attempt, which tried when it was due and at its end")
        .hasSize(2);
    assertThat(place.reported("exit_code")).isEqualTo(1);
    assertThat(place.directory().resolve("work/results/_in-flight").toFile().list()).isEmpty();
  }
}
