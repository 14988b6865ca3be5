package io.herd.job.generate;

import io.herd.job.config.RunSettings;
import io.herd.job.config.Settings;
import io.herd.job.plan.Plan;
import io.herd.job.progress.LiveProgress;
import io.herd.job.progress.Timeline;
import io.herd.job.resolve.EngineExecutors;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.partition.Generator;
import io.herd.udfs.partition.LoggedGeneration;
import io.herd.udfs.partition.TaskCounters;
import io.herd.udfs.results.InFlight;
import io.herd.udfs.results.ResultWriter;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Sends the pending prompts to the executors' engines; their results go to the log. */
public final class GenerateStep {
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final SparkSession spark;
  private final Settings settings;
  private final WorkDir workDir;
  private final PrintStream out;
  private final Timeline timeline = new Timeline();

  /** Creates the step of one run. */
  public GenerateStep(SparkSession spark, Settings settings, WorkDir workDir, PrintStream out) {
    this.spark = spark;
    this.settings = settings;
    this.workDir = workDir;
    this.out = out;
  }

  /**
   * The result of the step.
   *
   * @param engines what each engine said when it was tried out
   * @param copied prompt tokens that weren't computed, because other prompts begin with them, too
   * @param engineBusy share of the tasks' time with an engine that it computed
   * @param labelShare mean probability of a row's labels together, or null where none were scored
   */
  public record Done(
      long rows,
      long tokens,
      long copied,
      List<String> engines,
      double engineBusy,
      Double labelShare) {}

  /** Returns the step's progress, complete once the step has ended, successfully or not. */
  public Timeline timeline() {
    return timeline;
  }

  /** Runs without limits on time and failed rows. */
  public Done run(Plan plan, ResolvedModel model, LabelTask labels, Spending spending) {
    return run(
        plan, model, labels, RunSettings.Stop.NEVER, Deadline.in(Optional.empty()), spending);
  }

  /**
   * Runs until every pending prompt has a result or a reason for having none.
   *
   * @throws io.herd.job.exit.EarlyEnd when one of the run's limits has stopped it
   */
  public Done run(
      Plan plan, ResolvedModel model, LabelTask labels, Deadline deadline, Spending spending) {
    return run(plan, model, labels, settings.run().stop(), deadline, spending);
  }

  private Done run(
      Plan plan,
      ResolvedModel model,
      LabelTask labels,
      RunSettings.Stop limits,
      Deadline deadline,
      Spending spending) {
    TaskCounters counters = TaskCounters.in(spark.sparkContext());
    String tag = "herd-" + UUID.randomUUID(); // the session's other jobs go on
    EarlyStop early =
        new EarlyStop(
            limits,
            deadline,
            spending,
            plan,
            counters,
            () -> spark.sparkContext().cancelJobsWithTag(tag));
    spending.next();
    early.checkBefore();
    if (plan.prompts() == 0) {
      return new Done(0, 0, 0, List.of(), 0, null);
    }
    spark.sparkContext().addSparkListener(early);
    spark.sparkContext().addJobTag(tag);
    try {
      int partitions = sizes().partitions(plan.prompts());
      generate(
          settings.engine().deterministic() ? plan : plan.grouped(partitions),
          partitions,
          model.executors(),
          function(plan, model, labels, counters),
          progress(plan, model, counters));
      early.checkAfter();
      return done(plan, counters);
    } catch (Exception e) { // Spark's are checked, and undeclared
      if (early.reason().isPresent()) {
        RunningTasks.await(spark, DRAIN);
        throw early.reason().get();
      }
      throw e;
    } finally {
      early.count();
      spark.sparkContext().removeJobTag(tag);
      spark.sparkContext().removeSparkListener(early);
    }
  }

  private LiveProgress progress(Plan plan, ResolvedModel model, TaskCounters counters) {
    return new LiveProgress(out, timeline, counters, model.files().fetched().id(), plan);
  }

  private void generate(
      Plan plan,
      int partitions,
      EngineExecutors executors,
      LoggedGeneration function,
      LiveProgress progress) {
    // Each submission has as many partitions, with the same rows in each.
    InFlight inFlight =
        workDir
            .results()
            .inFlight(spark.sparkContext().hadoopConfiguration(), function.submission());
    spark.sparkContext().addSparkListener(progress);
    try {
      new Resubmission(spark, inFlight)
          .run(
              plan,
              pending -> {
                progress.again(plan.prompts() - pending.prompts());
                generate(pending.partitioned(partitions), function, executors);
              },
              pending -> pending.after(spark, workDir.results(), function.submission()));
      progress.finish();
    } finally {
      inFlight.clear();
      spark.sparkContext().removeSparkListener(progress);
    }
  }

  /**
   * Runs as a query, which Spark's UI shows as one, unless executors must be chosen, which only
   * RDDs can do.
   */
  private static void generate(
      Dataset<Row> rows, LoggedGeneration function, EngineExecutors executors) {
    if (executors.profile().isEmpty()) {
      rows.mapPartitions(function, Encoders.LONG()).collectAsList();
    } else {
      executors.run(rows.toJavaRDD().mapPartitions(function::call)).collect();
    }
  }

  private static Done done(Plan plan, TaskCounters counters) {
    return new Done(
        plan.prompts(),
        counters.tokens().sum(),
        Math.max(0, counters.copied().sum()),
        engines(counters),
        counters.engineBusy(),
        counters.labelShare().isZero() ? null : counters.labelShare().avg());
  }

  /** Lists the engines, those with problems first. */
  private static List<String> engines(TaskCounters counters) {
    return Stream.of(counters.warnings(), counters.engines())
        .flatMap(said -> said.value().stream().distinct().sorted())
        .toList();
  }

  private LoggedGeneration function(
      Plan plan, ResolvedModel model, LabelTask labels, TaskCounters counters) {
    boolean shared = !settings.engine().deterministic();
    return new LoggedGeneration(
        generator(spark, settings, model, labels, counters),
        shared ? plan.prefix() : new int[0],
        workDir.results(),
        "r" + System.currentTimeMillis() + "x" + UUID.randomUUID().toString().substring(0, 8),
        flush());
  }

  /** Builds the part of tasks that handles prompts, independent of where the results go. */
  public static Generator generator(
      SparkSession spark,
      Settings settings,
      ResolvedModel model,
      LabelTask labels,
      TaskCounters counters) {
    return new Generator(
        model.engine(settings, spark.sparkContext().getConf()),
        model.files(),
        settings.generate(),
        labels,
        counters);
  }

  private ResultWriter.Flush flush() {
    RunSettings run = settings.run();
    return new ResultWriter.Flush(
        run.checkpointRows().orElseGet(() -> sizes().checkpointRows()),
        run.checkpointEvery().orElseGet(() -> sizes().checkpoint()));
  }

  private TaskSizes sizes() {
    SparkContext context = spark.sparkContext();
    // With whole GPUs for each task an engine has one at a time, and idles between two.
    boolean alone = context.getConf().getDouble("spark.task.resource.gpu.amount", 0) >= 1;
    return new TaskSizes(context.defaultParallelism(), alone);
  }
}
