package io.herd.job.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.exit.ExitCode;
import io.herd.job.progress.ProgressNotes;
import io.herd.job.workdir.InputVersion;
import io.herd.job.workdir.Lease;
import io.herd.job.workdir.RunBudget;
import io.herd.job.workdir.RunProgress;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a work-dir's files tell, without a session. */
class StatusVerbTest {
  private static final RunProgress.Generating HALF =
      new RunProgress.Generating(60_000, 30_000, 12, 500, 5_400, 12.3, 3_725.0, null)
          .with(new RunBudget(1_000_000L, 400_000, null, null, 0));

  @TempDir private Path directory;
  private WorkDir workDir;

  @BeforeEach
  void open() {
    workDir = new WorkDir(directory.resolve("work").toString(), new Configuration(false));
  }

  private String text(Duration later) {
    return printed(false, later);
  }

  private JsonObject json() {
    return JsonParser.parseString(printed(true, Duration.ZERO)).getAsJsonObject();
  }

  private String printed(boolean json, Duration later) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Clock clock = Clock.offset(Clock.systemUTC(), later);
    assertThat(new StatusVerb(workDir, out, clock).run(json)).isEqualTo(ExitCode.DONE);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String self() {
    return "process " + ProcessHandle.current().pid() + " on ";
  }

  @Test
  void run_nothingYet_saysSo() {
    workDir.make();
    assertThat(text(Duration.ZERO))
        .isEqualTo(
            """
            %s
              now       no run in progress
              lease     not taken yet
              run       no snapshot yet
              last end  none yet
            """
                .formatted(workDir));
    assertThat(json().get("lease").isJsonNull()).isTrue();
  }

  @Test
  void run_driverGenerates_tellsStepRowsRateAndLeft() {
    try (ProgressNotes notes = new ProgressNotes(workDir, () -> Optional.of(HALF))) {
      notes.step("read");
      assertThat(text(Duration.ZERO)).containsPattern("  now       read\n +process \\d+ on ");
      notes.step("generate");

      assertThat(text(Duration.ZERO))
          .contains(
              "now       generate: 30,000 of 60,000 rows, 50 %, 500 reused, 12 failed,"
                  + " 5,400 tokens/s, 12.3 rows/s, left 1 h 02 min",
              "  budget    400,000 of 1,000,000 tokens\n", self())
          .doesNotContain("stalled");
      JsonObject driver = json().getAsJsonArray("drivers").get(0).getAsJsonObject();
      assertThat(driver.get("step").getAsString()).isEqualTo("generate");
      assertThat(driver.get("silent").getAsBoolean()).isFalse();
      JsonObject rows = driver.getAsJsonObject("generating");
      assertThat(rows.get("done").getAsLong()).isEqualTo(30_000);
      assertThat(rows.get("left_seconds").getAsDouble()).isEqualTo(3_725);
    }
    assertThat(text(Duration.ZERO)).contains("no run in progress");
    assertThat(directory.resolve("work/progress")).doesNotExist();
  }

  @Test
  void run_driverIsSilent_saysThatItDiedOrStandsStill() {
    workDir.write("one", new RunProgress(1, "far", 7, 60, "publish", 5, 10, null));
    assertThat(text(Duration.ofHours(3)))
        .contains("now       publish\n", "last heartbeat 3 h 00 min ago: it has died or stalled");
  }

  @Test
  void run_anotherHasTheLease_tellsWhoSinceWhenAndWhatFor() {
    try (Lease lease = workDir.lease("publish", line -> {}, () -> false)) {
      lease.requireHeld();
      assertThat(text(Duration.ofSeconds(7)))
          .contains("lease     " + self(), " (publish), since 20", "last heartbeat 0:0");
      assertThat(json().getAsJsonObject("lease").get("released").getAsBoolean()).isFalse();
    }
    assertThat(text(Duration.ZERO)).contains("lease     free; " + self(), "returned it 0:0");
    assertThat(json().getAsJsonObject("lease").get("released").getAsBoolean()).isTrue();
  }

  @Test
  void run_lastRunFailed_tellsItsError() {
    InputVersion input = new InputVersion("d", "the input", "");
    try (Lease lease = workDir.lease("publish", line -> {}, () -> false)) {
      workDir
          .run()
          .write(RunState.of("s1-0000abcd", "s1", 60_000, "f", input).begun("out", "p"), lease);
    }
    workDir.writeJson(
        "run.json",
        Map.of(
            "started", "2026-01-02T03:04:05Z",
            "outcome", "system_error",
            "seconds", 187.2,
            "error", "the disk\n  is full"));
    assertThat(text(Duration.ZERO))
        .contains(
            "run       s1-0000abcd, 60,000 rows, begun to publish at out\n",
            "last end  system_error, begun 2026-01-02T03:04:05Z, took 3:07: the disk is full\n");
    assertThat(json().getAsJsonObject("last_end").get("outcome").getAsString())
        .isEqualTo("system_error");
  }

  @Test
  void run_anyWorkDir_changesNothing() throws IOException {
    workDir.make();
    workDir.write("a driver", new RunProgress(1, "far", 7, 1, "plan", 1, 10, null));
    String before = files();
    text(Duration.ZERO);
    json();
    assertThat(files()).isEqualTo(before);
  }

  private String files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.sorted().toList().toString();
    }
  }

  @Test
  void run_noWorkDir_namesTheKey() throws IOException {
    assertThatThrownBy(() -> text(Duration.ZERO))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("there is no work-dir")
        .hasMessageContaining("herd.run.work-dir");
    Files.writeString(directory.resolve("work"), "a configuration");
    assertThatThrownBy(() -> text(Duration.ZERO)).isInstanceOf(UserException.class);
  }
}
