package io.herd.chaos;

import io.herd.chaos.Fault.Kind;
import io.herd.chaos.Fault.Operation;
import io.herd.chaos.Fault.Place;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Kills tasks and cancels jobs when their turn has come. */
final class SparkFaults extends SparkListener {
  private final AtomicInteger jobs = new AtomicInteger();
  private final AtomicInteger tasks = new AtomicInteger();
  private final SparkContext spark;
  private final List<Fault> faults;
  private final Fired fired;

  SparkFaults(SparkContext spark, List<Fault> faults, Fired fired) {
    this.spark = spark;
    this.faults = faults;
    this.fired = fired;
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    if (isDue(Operation.JOB, jobs.incrementAndGet())) {
      spark.cancelJob(start.jobId());
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (isDue(Operation.TASK, tasks.incrementAndGet())) {
      spark.killTaskAttempt(start.taskInfo().taskId(), true, "chaos");
    }
  }

  private boolean isDue(Operation operation, int turn) {
    Kind kind = new Kind(Place.SPARK, operation);
    return faults.stream()
        .filter(fault -> fault.kind().equals(kind) && fault.nth() == turn)
        .anyMatch(fired::first);
  }

  Map<Kind, Integer> census() {
    return Map.of(
        new Kind(Place.SPARK, Operation.JOB), jobs.get(),
        new Kind(Place.SPARK, Operation.TASK), tasks.get());
  }
}
