package io.herd.job;

import static io.herd.job.Workplace.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.exit.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A work-dir as commit c0550da left it: a run of {@code labels.conf} published, then one of {@code
 * texts.conf} was stopped after three of eight rows. It must never be written again: it shows that
 * today's code finds the results of earlier versions. Their snapshots say nothing of what the input
 * was, so they are taken again. Its input is a query and no file, whose absolute path would be part
 * of the fingerprint.
 */
@ExtendWith(SharedSpark.class)
class OldWorkDirTest {
  private static final Path OLD = Path.of("src/test/resources/old-run").toAbsolutePath();

  @Test
  void run_onAnOldWorkDir_generatesOnlyWhatItLacks(SparkSession spark, @TempDir Path directory)
      throws IOException {
    FileUtils.copyDirectory(OLD.toFile(), directory.toFile());
    Workplace place = new Workplace(spark, directory);

    Workplace.Ended texts = place.run(configuration("texts"));

    assertThat(texts.code()).isEqualTo(ExitCode.DONE);
    assertThat(texts.printed())
        .contains("read      takes a new snapshot: an earlier version of Herd took it");
    assertThat(place.reported("rows_in")).isEqualTo(8);
    assertThat(place.reported("rows_reused")).isEqualTo(3);
    assertThat(place.reported("rows_generated")).isEqualTo(5);
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(8);

    place.run(configuration("labels"), "herd.output.mode=overwrite");

    assertThat(place.reported("rows_reused")).isEqualTo(8);
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(place.row("r2").<String>getAs("label")).isEqualTo("neg");
    assertThat(place.output().filter("label = 'positive'").count()).isEqualTo(3);
  }

  private static String configuration(String name) throws IOException {
    return Files.readString(OLD.resolve(name + ".conf"))
        + "herd { model.path = \"%s\", output.path = out }\n".formatted(MODEL);
  }
}
