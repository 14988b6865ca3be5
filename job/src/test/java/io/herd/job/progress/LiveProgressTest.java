package io.herd.job.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.SharedSpark;
import io.herd.job.plan.Plan;
import io.herd.udfs.partition.TaskCounters;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

@ExtendWith(SharedSpark.class)
class LiveProgressTest {

  private static SparkListenerTaskEnd warned(long task, TaskCounters counters, String text) {
    TaskInfo info = new TaskInfo(task, 0, 0, 0, 0, "1", "host", TaskLocality.ANY(), false);
    AccumulableInfo warnings =
        new AccumulableInfo(
            counters.warnings().id(),
            Option.empty(),
            Option.apply(List.of(text)),
            Option.empty(),
            false,
            false,
            Option.empty());
    info.setAccumulables(CollectionConverters.asScala(List.of(warnings)).toSeq());
    info.markFinished(org.apache.spark.TaskState.FINISHED(), 1);
    return new SparkListenerTaskEnd(
        0, 0, "", null, info, new ExecutorMetrics(), TaskMetrics.empty());
  }

  @Test
  void changed_executorsWithoutTheirGpus_sayItOnceAndFirst(SparkSession spark) {
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    TaskCounters counters = TaskCounters.in(spark.sparkContext());
    Plan plan = new Plan(null, 100, 0, 0, 100, 100, 0, 0, 0, 0, new int[0], 0, null);
    PrintStream out = new PrintStream(console, true, UTF_8);
    LiveProgress progress = new LiveProgress(out, new Timeline(), counters, -1, plan);

    progress.onTaskEnd(warned(1, counters, "node1 was given the GPU 0 and runs on"));
    progress.onTaskEnd(warned(2, counters, "node2 was given the GPU 0 and runs on"));
    progress.finish();

    assertThat(console.toString(UTF_8).lines())
        .containsExactly("  node1 was given the GPU 0 and runs on", "  0 of 100 rows, 0 %");
  }

  @Test
  void again_theFirstTime_showsLifeAtOnce(SparkSession spark) {
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    Plan plan = new Plan(null, 100, 0, 0, 100, 100, 0, 0, 0, 0, new int[0], 0, null);
    LiveProgress progress =
        new LiveProgress(
            new PrintStream(console, true, UTF_8),
            new Timeline(),
            TaskCounters.in(spark.sparkContext()),
            -1,
            plan);

    progress.again(0);
    progress.again(0);

    assertThat(console.toString(UTF_8).lines())
        .containsExactly("  0 of 100 rows, 0 %, the engines are loading");
  }

  @Test
  void finish_listenersHeardNothingYet_showsWhatTheTasksDid(SparkSession spark) {
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    TaskCounters counters = TaskCounters.in(spark.sparkContext());
    Plan plan = new Plan(null, 100, 0, 0, 100, 100, 0, 0, 0, 0, new int[0], 0, null);
    Timeline timeline = new Timeline();
    LiveProgress progress =
        new LiveProgress(new PrintStream(console, true, UTF_8), timeline, counters, -1, plan);

    counters.rows().add(100);
    counters.failed().add(2);
    counters.warnings().add("node1 was given the GPU 0 and runs on");
    progress.finish();

    assertThat(console.toString(UTF_8).lines())
        .containsExactly(
            "  node1 was given the GPU 0 and runs on", "  100 of 100 rows, 100 %, 2 failed");
  }
}
