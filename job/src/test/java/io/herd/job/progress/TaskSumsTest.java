package io.herd.job.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.junit.jupiter.api.Test;
import scala.Enumeration;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** Sums of accumulators over the tasks of a stage. */
class TaskSumsTest {
  private static final long ROWS = 7;

  private static final class Sums extends TaskSums {
    @Override
    protected void changed() {}
  }

  private final Sums sums = new Sums();

  private void ends(long task, boolean well, Object... values) {
    TaskInfo info = new TaskInfo(task, 0, 0, 0, 0, "1", "host", TaskLocality.ANY(), false);
    List<AccumulableInfo> all =
        Arrays.stream(values)
            .map(
                value ->
                    new AccumulableInfo(
                        value instanceof Number ? ROWS : ROWS + 1,
                        Option.empty(),
                        Option.apply(value),
                        Option.empty(),
                        false,
                        false,
                        Option.empty()))
            .toList();
    info.setAccumulables(CollectionConverters.asScala(all).toSeq());
    Enumeration.Value state =
        well ? org.apache.spark.TaskState.FINISHED() : org.apache.spark.TaskState.FAILED();
    info.markFinished(state, 1);
    sums.onTaskEnd(
        new SparkListenerTaskEnd(0, 0, "", null, info, new ExecutorMetrics(), TaskMetrics.empty()));
  }

  @Test
  void sum_tasksReportMoreAndFail_isOfTheLastWordOfThoseThatCount() {
    assertThat(sums.sum(ROWS)).isZero();
    ends(1, true, 5L);
    ends(2, true, 20L, List.of("too long"));
    assertThat(sums.sum(ROWS)).isEqualTo(25);
    assertThat(sums.lost(ROWS)).isZero();
    assertThat(sums.largest(ROWS)).isEqualTo(20);
    assertThat(sums.text(ROWS + 1)).hasValue("too long");

    ends(1, true, 4L); // late: numbers only grow
    assertThat(sums.sum(ROWS)).isEqualTo(25);
    ends(1, true, 9L);
    assertThat(sums.sum(ROWS)).isEqualTo(29);

    ends(2, false);
    assertThat(sums.sum(ROWS)).isEqualTo(9);
    assertThat(sums.lost(ROWS)).as("was paid for").isEqualTo(20);
    ends(2, false);
    assertThat(sums.sum(ROWS)).isEqualTo(9);
    assertThat(sums.lost(ROWS)).isEqualTo(20);
    sums.clear();
    assertThat(sums.sum(ROWS)).isZero();
  }
}
