package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What another user of the machine can read of a run whose umask closes nothing. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class OpenUmaskIT {
  private static final String PASSWORD = "correct-horse-battery";

  @Test
  void run_umaskThatClosesNothing_leavesOnlyTheOutputOpen(
      SparkSession spark, @TempDir Path directory) throws Exception {
    Workplace place = new Workplace(spark, directory).input(Workplace.reviews(0, 4));
    place.file(
        "run.conf",
        List.of(Workplace.LABEL, "herd.prompt.template = \"{{ text }} \"${DB_PASSWORD}"));
    Path open = directory.resolve("umask.sh");
    Files.writeString(open, "umask 000\numask >" + directory.resolve("umask.txt") + "\n");
    Path temporary = Files.createDirectory(directory.resolve("temporary"));

    Launched run =
        Launched.start(
                directory,
                Map.of(
                    "BASH_ENV",
                    open.toString(), // which bash reads before the script
                    "DB_PASSWORD",
                    PASSWORD,
                    "JDK_JAVA_OPTIONS",
                    "-Djava.io.tmpdir=" + temporary),
                "run",
                "run.conf")
            .ends(0);

    assertThat(directory.resolve("umask.txt")).hasContent("0000");
    assertThat(mode(directory.resolve("work"))).isEqualTo("rwx------");
    try (Stream<Path> folders = Files.list(temporary)) {
      assertThat(folders.filter(path -> path.getFileName().toString().startsWith("herd-")))
          .isNotEmpty()
          .allSatisfy(path -> assertThat(mode(path)).isEqualTo("rwx------"));
    }
    assertThat(run.out() + run.err()).doesNotContain(PASSWORD);
    for (String name : List.of("run.json", "manifest.json", "report.html")) {
      assertThat(Files.readString(directory.resolve("work").resolve(name)))
          .as(name)
          .doesNotContain(PASSWORD);
    }
  }

  private static String mode(Path path) throws java.io.IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
