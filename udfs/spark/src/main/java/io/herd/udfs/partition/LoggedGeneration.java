package io.herd.udfs.partition;

import io.herd.udfs.Event;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.results.InFlight;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.ResultLog;
import io.herd.udfs.results.ResultWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Processes a partition of pending prompts and writes the results to the log. Rows in: {@link
 * SnapshotColumns#WORK}. Out: one number, the rows done.
 *
 * @param prefix tokens that all prompts of the run begin with
 * @param submission names this submission of the partitions, for the log's files
 */
public record LoggedGeneration(
    Generator generator, int[] prefix, ResultLog log, String submission, ResultWriter.Flush flush)
    implements MapPartitionsFunction<Row, Long> {
  private static final Duration COUNT_USAGE_EVERY = Duration.ofMillis(200);

  @Override
  public Iterator<Long> call(Iterator<Row> rows) throws InterruptedException {
    if (!rows.hasNext()) {
      return List.of(0L).iterator();
    }
    TaskContext task = TaskContext.get();
    Configuration conf = generator.files().hadoop().value().value();
    InFlight inFlight = log.inFlight(conf, submission);
    TaskCounters counters = generator.counters();
    generator.engine().warning(task).ifPresent(counters::warn);
    try (EngineLease lease = generator.engine().lease(task);
        ResultWriter writer =
            log.writer(conf, submission, task.partitionId(), task.taskAttemptId(), flush);
        PoisonSearch poison = poison(task, lease, inFlight)) {
      counters.say(lease.smokeTest());
      TaskLoop.Sink sink = poison.guard(logged(writer, lease, handover(task, inFlight)));
      long done =
          generator.run(
              lease, prefix, new Mapped<>(rows, PendingRow::of), finished(task, conf), sink);
      counters.used(lease.usage());
      incidents(lease).forEach(counters::say);
      Event.of("task_ended")
          .with("stage", submission)
          .with("partition", task.partitionId())
          .with("attempt", task.taskAttemptId())
          .with("rows", done)
          .log();
      return List.of(done).iterator();
    }
  }

  /** Lists shortages of memory, and their possible causes. */
  private static List<String> incidents(EngineLease lease) {
    List<String> incidents = new ArrayList<>(lease.incidents());
    if (!incidents.isEmpty()) {
      Rapids.note(SparkEnv.get().conf()).ifPresent(incidents::add);
    }
    return incidents;
  }

  /**
   * Returns the keys that an earlier attempt has written. The first attempt doesn't look: every
   * task would list the files of all others.
   */
  private Set<String> finished(TaskContext task, Configuration conf) {
    boolean first = task.attemptNumber() == 0 && task.stageAttemptNumber() == 0;
    return first ? Set.of() : log.keys(conf, submission, task.partitionId());
  }

  private PoisonSearch poison(TaskContext task, EngineLease lease, InFlight inFlight) {
    int unsafe = flush.rows() + TaskLoop.window(lease);
    return new PoisonSearch(inFlight, lease, task.partitionId(), task.taskAttemptId(), unsafe);
  }

  /**
   * Ends this attempt if a later attempt at its partition has begun. When Spark runs a stage again
   * because its input was lost with an executor, it lets the attempts go on that are at work, and
   * both would do the same rows. Not counted as a failure.
   */
  private static Runnable handover(TaskContext task, InFlight inFlight) {
    String partition = PoisonSearch.name(task.partitionId());
    return () -> {
      if (inFlight.isLeftToLater(partition, task.taskAttemptId())) {
        throw new TaskKilledException("a later attempt at the partition has begun");
      }
    };
  }

  private TaskLoop.Sink logged(ResultWriter writer, EngineLease lease, Runnable afterFlush) {
    return new TaskLoop.Sink() {
      @Override
      public void append(Result result) {
        if (writer.append(result)) {
          afterFlush.run();
        }
        countUsage(lease);
      }

      @Override
      public void idle() {
        if (writer.flushIfDue()) {
          afterFlush.run();
        }
        countUsage(lease);
      }
    };
  }

  /** Counts the engine's time so far, which the driver receives with the next heartbeat. */
  private void countUsage(EngineLease lease) {
    if (lease.sinceUsage().compareTo(COUNT_USAGE_EVERY) >= 0) {
      generator.counters().used(lease.usage());
    }
  }
}
