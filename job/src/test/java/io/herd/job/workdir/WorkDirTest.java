package io.herd.job.workdir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.SystemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirTest {
  private static final WorkDir.State BEFORE = new WorkDir.State("s1", "f", false, null);
  private static final WorkDir.State STATE = BEFORE.begun("out");

  @TempDir private Path directory;
  private WorkDir workDir;

  @BeforeEach
  void makeWorkDir() {
    workDir = new WorkDir(directory.toString(), new Configuration(false));
  }

  @Test
  void state_written_isTheLastOne() {
    assertThat(workDir.state()).isEmpty();

    workDir.write(BEFORE);
    workDir.write(STATE);

    assertThat(workDir.state()).contains(STATE);
    assertThat(directory.toFile().list()).contains("state.json").noneMatch(n -> n.endsWith(".tmp"));
  }

  /** The old file is gone and the new one isn't in its place yet. */
  @Test
  void state_killedBeforeTheRename_isTheNewOne() throws IOException {
    workDir.write(STATE);
    Files.move(directory.resolve("state.json"), directory.resolve("_state.json.tmp"));

    assertThat(workDir.state()).contains(STATE);

    workDir.write(STATE.done());

    assertThat(workDir.state()).contains(STATE.done());
  }

  @Test
  void state_killedInItsFirstWrite_isNone() throws IOException {
    Files.writeString(directory.resolve("_state.json.tmp"), "{\"snapshot\": \"s1");

    assertThat(workDir.state()).isEmpty();

    Files.writeString(directory.resolve("_state.json.tmp"), "");

    assertThat(workDir.state()).isEmpty();
  }

  @Test
  void state_damaged_isAnErrorThatNamesIt() throws IOException {
    Files.writeString(directory.resolve("state.json"), "{\"snapshot\": \"s1");

    assertThatThrownBy(workDir::state)
        .isInstanceOf(SystemException.class)
        .hasMessageContaining("state.json");
  }
}
