package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.Launcher.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** submit/herd in the folder of a release, which has no sources. */
class ReleasedLauncherTest {
  @TempDir Path temporary;
  private Launcher launcher;
  private Path release;

  @BeforeEach
  void layOutARelease() throws IOException {
    launcher = Launcher.in(temporary);
    release = Files.createDirectories(temporary.resolve("herd-9.9"));
    Path submit = Files.createDirectories(release.resolve("submit/help")).getParent();
    for (String name : List.of("herd", "machine", "cluster", "help/run.txt", "help/herd.txt")) {
      Files.copy(Launcher.SCRIPT.resolveSibling(name), submit.resolve(name));
    }
    Files.createFile(release.resolve("herd.jar"));
    Files.writeString(release.resolve("VERSION"), "9.9\n");
  }

  @Test
  void release_hasItsVersionAndItsJar() throws Exception {
    assertThat(herd(Map.of(), "--version").out()).containsExactly("Herd 9.9");
    assertThat(herd(Map.of(), "run", "x.conf").out())
        .contains(release.toRealPath().resolve("herd.jar").toString());
  }

  @Test
  void release_withoutASpark_saysWhereOneIs() throws Exception {
    Outcome outcome = herd(Map.of("SPARK_HOME", Launcher.UNSET), "run", "x.conf");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(
            """
            SPARK_HOME isn't set, and a release has no Spark.
              What to do: set it to a Spark 3.5 or 4; README.md shows how to get one from PyPI.
            """);
  }

  private Outcome herd(Map<String, String> environment, String... words) throws Exception {
    Map<String, String> all = new HashMap<>(Map.of("HERD_JAR", Launcher.UNSET));
    all.putAll(environment);
    String[] command = new String[words.length + 1];
    command[0] = release.resolve("submit/herd").toString();
    System.arraycopy(words, 0, command, 1, words.length);
    return launcher.start(all, command);
  }
}
