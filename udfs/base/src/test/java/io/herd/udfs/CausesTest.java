package io.herd.udfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CausesTest {
  private final IOException inner = new IOException("inner");
  private final IllegalStateException outer =
      new IllegalStateException("outer", new RuntimeException("between", inner));

  @Test
  void of_wrappedException_givesAllFromTheOutside() {
    assertThat(Causes.of(outer)).containsExactly(outer, outer.getCause(), inner);
    assertThat(Causes.of(null)).isEmpty();
  }

  @Test
  void find_kind_givesTheFirst() {
    assertThat(Causes.find(outer, IOException.class)).containsSame(inner);
    assertThat(Causes.find(outer, RuntimeException.class)).containsSame(outer);
    assertThat(Causes.find(inner, RuntimeException.class)).isEmpty();
  }

  @Test
  void interrupted_exception_leavesTheThreadInterrupted() {
    SystemException thrown =
        SystemException.interrupted("something was done", new InterruptedException());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(thrown).hasMessage("interrupted while something was done");
  }
}
