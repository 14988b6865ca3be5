package io.herd.job.workdir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said when an output can't be written. */
class PublishingTest {
  private static final RunState RUN =
      RunState.of("s1-0000abcd", "s1", 6, "f", new InputVersion("d", "the input", ""));

  @TempDir private Path directory;
  private WorkDir workDir;

  @BeforeEach
  void open() {
    workDir = new WorkDir(directory.toString(), new Configuration(false));
  }

  /**
   * Fails to write; nobody knows whether its commit was made when it is asked for the second time.
   */
  private static final class Broken implements Publishing.Output {
    private final RuntimeException failure;
    private final RuntimeException unknown;
    private boolean written;

    Broken(RuntimeException failure, RuntimeException unknown) {
      this.failure = failure;
      this.unknown = unknown;
    }

    @Override
    public boolean holds(String run) {
      if (written && unknown != null) {
        throw unknown;
      }
      return false;
    }

    @Override
    public boolean isOf(String run) {
      return false;
    }

    @Override
    public void settle(String run) {}

    @Override
    public boolean write(String run, Runnable fence) {
      written = true;
      throw failure;
    }
  }

  private void publish(boolean adds, RuntimeException failure, RuntimeException unknown) {
    try (Lease lease = workDir.lease("publish", line -> {}, () -> false)) {
      new Publishing(workDir, "out/reviews", "p", adds)
          .publish(RUN, new Broken(failure, unknown), lease);
    }
  }

  @Test
  void publish_storageFails_saysWhatToDoAndWhatIsKept() {
    IllegalStateException full = new IllegalStateException("the disk is full");
    assertThatThrownBy(() -> publish(true, full, null))
        .isInstanceOf(SystemException.class)
        .hasMessage(
            "the output out/reviews couldn't be published: the disk is full\n"
                + "  What to do: fix that and run the same command again: results are kept, nothing"
                + " is generated again, and no row is added twice.")
        .hasCause(full);
    assertThatThrownBy(() -> publish(false, full, null)).hasMessageEndingWith("generated again.");
  }

  @Test
  void publish_failureHasItsOwnRemedy_staysAsItIs() {
    RuntimeException lost = new SystemException("stalled", "run it again.", null);
    assertThatThrownBy(() -> publish(true, lost, null)).isSameAs(lost);
    RuntimeException user = new UserException("no such column", "name another.");
    assertThatThrownBy(() -> publish(true, user, null)).isSameAs(user);
  }

  @Test
  void publish_nobodyKnowsWhetherItIsHeld_showsTheFirstFailure() {
    IllegalStateException first = new IllegalStateException("no route to host");
    IllegalStateException second = new IllegalStateException("still none");
    assertThatThrownBy(() -> publish(true, first, second)).hasCause(first);
    assertThat(first.getSuppressed()).containsExactly(second);
  }
}
