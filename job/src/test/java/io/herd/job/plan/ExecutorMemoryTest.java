package io.herd.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorMemoryTest {
  private static final ModelSpec EIGHT_BILLION =
      new ModelSpec(
          32,
          32,
          8,
          128,
          4096,
          14_336,
          128_256,
          1e-5,
          null,
          131_072,
          false,
          Set.of(128_001),
          0,
          null);

  @TempDir private Path directory;

  private Settings settings(String... overrides) throws IOException {
    Files.writeString(
        directory.resolve("run.conf"),
        """
        herd.model.id = "owner/model"
        herd.input { format = json, path = "in.jsonl" }
        herd.prompt.column = "text"
        herd.output.path = "out"
        herd.run.work-dir = "work"
        herd.generate.max-new-tokens = 128
        """);
    return SettingsReader.read(Path.of("run.conf"), List.of(overrides), directory);
  }

  private static Plan plan(long prompts, int each, int longest) {
    return new Plan(
        null, prompts, 0, 0, prompts, prompts, prompts * each, longest, 0, 0, new int[0], 0, null);
  }

  private ExecutorMemory memory(Plan plan, String... overrides) throws IOException {
    return ExecutorMemory.of(plan, settings(overrides), EIGHT_BILLION, Dtype.BFLOAT16, 131_072);
  }

  private static double gigabytes(long bytes) {
    return bytes / 1e9;
  }

  @Test
  void gpu_8bWithManyShortRows_fitsACardOf24GbAndUsesALargeOne() throws IOException {
    ExecutorMemory.Gpu gpu = memory(plan(100_000, 250, 700)).gpu();
    assertThat(gigabytes(gpu.least())).isBetween(19.0, 22.0);
    assertThat(gigabytes(gpu.most())).isBetween(80.0, 95.0);
    assertThat(gpu.rows()).isEqualTo(1024);
  }

  @Test
  void gpu_fewRows_needsNoMoreThanTheyTake() throws IOException {
    ExecutorMemory memory = memory(plan(10, 250, 300));
    assertThat(memory.gpu().rows()).isEqualTo(10);
    assertThat(memory.gpu().most()).isEqualTo(memory.gpu().least());
    assertThat(memory.cache()).isEqualTo(10L * 448 * 131_072);
    assertThat(memory.lines()).noneMatch(line -> line.contains("fastest"));
  }

  @Test
  void gpu_oneLongRow_hasRoomForIt() throws IOException {
    long short1 = memory(plan(1_000, 250, 300)).gpu().least();
    long long1 = memory(plan(1_000, 250, 100_000)).gpu().least();
    assertThat(gigabytes(long1 - short1)).isBetween(8.0, 14.0);
  }

  @Test
  void gpu_slotsSet_areThoseThatCount() throws IOException {
    ExecutorMemory.Gpu gpu = memory(plan(100_000, 250, 700), "herd.engine.slots=64").gpu();
    assertThat(gpu.rows()).isEqualTo(64);
    assertThat(gigabytes(gpu.most())).isBetween(20.0, 24.0);
  }

  @Test
  void lines_manyRows_tellTheLeastAndWhatIsFastest() throws IOException {
    assertThat(memory(plan(100_000, 250, 700)).lines())
        .anyMatch(
            line ->
                line.matches(" +one on a GPU, which should have \\d+\\.\\d GB of memory or more,"))
        .anyMatch(
            line -> line.matches(" +and is fastest with \\d+\\.\\d GB, for 1,024 rows at once,"));
  }
}
