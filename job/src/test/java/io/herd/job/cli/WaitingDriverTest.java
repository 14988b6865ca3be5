package io.herd.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.cli.WaitingDriver.Share;
import io.herd.job.cli.WaitingDriver.Worker;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingDriverTest {
  private static final Share ALL = new Share(2, 2048);

  @Test
  void message_noWorkerIsLargeEnough_saysWhatIsAskedForAndWhatThereIs() {
    assertThat(WaitingDriver.message(new Share(1, 4096), List.of(new Worker("a:1", ALL, ALL))))
        .isEqualTo(
            """
            The driver still waits for a worker: it asks for 1 core and 4096 MiB, which no worker has.
                a:1 has 2 cores and 2048 MiB, of which 2 cores and 2048 MiB are free
              What to do: end this call, and ask for less by --driver-memory and --driver-cores, or start a larger worker.""");
  }

  @Test
  void message_workersAreBusy_saysThatWaitingHelps() {
    Worker busy = new Worker("a:1", ALL, new Share(1, 0));

    assertThat(WaitingDriver.message(new Share(1, 1024), List.of(busy)))
        .contains("which other applications use.", "wait until one ends");
  }

  @Test
  void message_noWorkerOrAFreeOne_pointsElsewhere() {
    assertThat(WaitingDriver.message(new Share(1, 1024), List.of()))
        .contains("the master has no worker.", "sbin/start-worker.sh");
    assertThat(WaitingDriver.message(new Share(1, 1024), List.of(new Worker("a:1", ALL, ALL))))
        .contains("which a worker has.", "spark.driver.resource.*");
  }
}
