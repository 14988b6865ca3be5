package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.model.DeviceLost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In processes of their own, as it ends them. */
@Timeout(60)
class ExecutorEndTest {
  @TempDir private Path directory;

  /** What becomes of an executor, or of the driver, when its device is lost. */
  static final class Loser {
    private Loser() {}

    public static void main(String[] id) {
      SparkConf conf = new SparkConf(false);
      SparkEnv.set(
          new SparkEnv(id[0], null, null, null, null, null, null, null, null, null, null, conf));
      if (!id[0].equals("driver")) { // as a driver does that waits for its device
        Runtime.getRuntime().addShutdownHook(new Thread(Loser::hang));
      }
      ExecutorEnd.because(DeviceLost.hung("prefill of 1 prompt"));
      System.out.println("goes on");
    }

    private static void hang() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** How the process of an executor ended. */
  private record Ended(int code, String said) {}

  private Ended lose(String executor) throws IOException, InterruptedException {
    Path said = directory.resolve(executor);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Loser.class.getName(),
                executor)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor(50, TimeUnit.SECONDS)).as("it ends").isTrue();
      return new Ended(process.exitValue(), Files.readString(said));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void because_onAnExecutor_endsTheProcessAtOnce() throws Exception {
    Ended ended = lose("7");

    assertThat(ended.code()).isEqualTo(86);
    assertThat(ended.said())
        .contains("Executor 7 ends, so that Spark starts another", "the device hangs: prefill")
        .doesNotContain("goes on");
  }

  @Test
  void because_onTheDriver_leavesTheEndToTheRun() throws Exception {
    Ended ended = lose("driver");

    assertThat(ended.code()).isZero();
    assertThat(ended.said()).contains("goes on");
  }
}
