package io.herd.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's block files show to whoever may read them. */
class BlockFilesTest {
  private static final String TOKEN = "hf_CanaryCanaryCanaryCanaryCanaryCan";

  @TempDir private Path directory;

  private String run(boolean herds) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            BlockFilesProgram.class.getName(),
            TOKEN,
            Boolean.toString(herds),
            directory.toString()));
    Path out = directory.resolve("out.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(directory.resolve("err.txt").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(directory.resolve("err.txt"))).isZero();
    return Files.readString(out);
  }

  /** As Spark has it by itself; it shows that the other test would see the token. */
  @Test
  void blocks_sparksDefaults_showTheTokenWhenTheMemoryIsFull() throws Exception {
    assertThat(run(false)).contains("rows=3 token=true row=true");
  }

  @Test
  void blocks_herdsSettings_showNeitherTokenNorRows() throws Exception {
    assertThat(run(true)).contains("rows=3 token=false row=false");
  }
}
