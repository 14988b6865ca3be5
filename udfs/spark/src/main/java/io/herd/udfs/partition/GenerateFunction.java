package io.herd.udfs.partition;

import io.herd.udfs.Event;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.results.InFlight;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.ResultLog;
import io.herd.udfs.results.ResultWriter;
import io.herd.udfs.runtime.Devices;
import io.herd.udfs.runtime.EngineLease;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.sample.LabelTask;
import io.herd.udfs.text.Tokenizer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Generates or labels a partition of pending prompts on this executor's engine and writes what
 * comes of them to the result log. Rows in: {@link SnapshotColumns#WORK}. Out: one number, the rows
 * done.
 *
 * <p>Serialized to executors: it holds records and handles; the Hub's token is behind a broadcast.
 *
 * @param files how an executor comes by the model
 * @param labels how rows are labelled, if they are
 * @param prefix tokens that all prompts of the run begin with
 * @param stage names this submission of the partitions, for the log's files
 * @param counters for the driver
 */
public record GenerateFunction(
    EngineSettings engine,
    ExecutorFiles files,
    GenerateSettings generate,
    LabelTask labels,
    List<Integer> prefix,
    ResultLog log,
    String stage,
    ResultWriter.Flush flush,
    TaskCounters counters)
    implements MapPartitionsFunction<Row, Long> {
  private static final Duration TELL_EVERY = Duration.ofMillis(200);

  @Override
  public Iterator<Long> call(Iterator<Row> rows) throws InterruptedException {
    if (!rows.hasNext()) {
      return List.of(0L).iterator();
    }
    TaskContext task = TaskContext.get();
    Configuration conf = files.hadoop().value().value();
    InFlight inFlight = log.inFlight(conf, stage);
    try (EngineLease lease = lease(task);
        ResultWriter writer =
            log.writer(conf, stage, task.partitionId(), task.taskAttemptId(), flush);
        PoisonSearch poison = poison(task, lease, inFlight)) {
      counters.say(lease.firstWords());
      Devices.warning(engine.device(), TaskGpu.addresses(task)).ifPresent(counters::say);
      Set<String> done = done(task, conf);
      long worked =
          work(lease, rows, done, logged(writer, lease, handover(task, inFlight)), poison);
      counters.used(lease.usage());
      lease.incidents().forEach(counters::say);
      Event.of("task_ended")
          .with("stage", stage)
          .with("partition", task.partitionId())
          .with("attempt", task.taskAttemptId())
          .with("rows", worked)
          .log();
      return List.of(worked).iterator();
    }
  }

  /**
   * Keys that an attempt before has written. The first one doesn't look: every task would list the
   * files of all others.
   */
  private Set<String> done(TaskContext task, Configuration conf) {
    boolean first = task.attemptNumber() == 0 && task.stageAttemptNumber() == 0;
    return first ? Set.of() : log.keys(conf, stage, task.partitionId());
  }

  private PoisonSearch poison(TaskContext task, EngineLease lease, InFlight inFlight) {
    int unsafe = flush.rows() + TaskLoop.window(lease);
    return new PoisonSearch(inFlight, lease, task.partitionId(), task.taskAttemptId(), unsafe);
  }

  /** The engine that this task uses. */
  EngineLease lease(TaskContext task) throws InterruptedException {
    return Engines.lease(engine, files, TaskGpu.addresses(task), ExecutorEnd::because);
  }

  /**
   * Does rows, whose results go to the sink in whatever order they come.
   *
   * @param poison looks for rows that kill the engine; may be null
   */
  long work(
      EngineLease lease,
      Iterator<Row> rows,
      Set<String> done,
      TaskLoop.Sink sink,
      PoisonSearch poison)
      throws InterruptedException {
    return new TaskLoop(lease, works(lease), sink, counters, poison).run(rows, done);
  }

  private RowWork.Finder works(EngineLease lease) throws InterruptedException {
    Tokenizer tokenizer = Engines.tokenizer(files);
    int[] shared = prefix.stream().mapToInt(Integer::intValue).toArray();
    if (labels.how().on()) {
      return new LabelSets(labels, generate, shared, tokenizer, lease);
    }
    Grammar grammar = generate.format() == null ? null : Engines.grammar(files, generate.format());
    return new TaskWorks(generate, shared, tokenizer, grammar);
  }

  /** The same for rows that begin with other tokens. */
  GenerateFunction withPrefix(List<Integer> tokens) {
    return new GenerateFunction(
        engine, files, generate, labels, tokens, log, stage, flush, counters);
  }

  /**
   * Ends this attempt if there is a later one at its partition. When Spark runs a stage again
   * because its input was lost with an executor, it lets the attempts go on that are at work, and
   * both would do the same rows. Not counted as a failure.
   */
  private static Runnable handover(TaskContext task, InFlight inFlight) {
    String partition = PoisonSearch.work(task.partitionId());
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
        tellUsage(lease);
      }

      @Override
      public void idle() {
        if (writer.flushIfDue()) {
          afterFlush.run();
        }
        tellUsage(lease);
      }
    };
  }

  /** For whoever watches: the driver hears of it with the next heartbeat. */
  private void tellUsage(EngineLease lease) {
    if (lease.sinceUsage().compareTo(TELL_EVERY) >= 0) {
      counters.used(lease.usage());
    }
  }
}
