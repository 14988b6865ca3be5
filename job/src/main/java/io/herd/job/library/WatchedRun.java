package io.herd.job.library;

import io.herd.job.config.Settings;
import io.herd.job.exit.EarlyEnd;
import io.herd.job.exit.ExitCode;
import io.herd.job.generate.GenerateStep;
import io.herd.job.generate.RunningTasks;
import io.herd.job.generate.Spending;
import io.herd.job.input.Source;
import io.herd.job.output.Answers;
import io.herd.job.output.Counts;
import io.herd.job.output.Outputs;
import io.herd.job.plan.Plan;
import io.herd.job.progress.Timeline;
import io.herd.job.report.RunEnvironment;
import io.herd.job.report.RunRecorder;
import io.herd.job.report.RunReport;
import io.herd.job.report.RunTrace;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.RunProgress;
import io.herd.udfs.UserException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A call that generates all rows immediately, while another thread can watch and stop it. */
public final class WatchedRun {
  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 200;

  private final SparkSession spark;
  private final Settings settings;
  private final RunRecorder recorder;
  private final Dataset<Row> logged;
  private final Dataset<Row> output;
  private final String tag = "herd-call-" + UUID.randomUUID();
  private final Spending spending;
  private volatile boolean stopped;
  private volatile boolean ended;
  private volatile RunReport report;

  /** Checks everything that can be checked before rows are read. */
  public WatchedRun(Dataset<Row> rows, Settings settings) {
    if (settings.run().workDir().isEmpty()) {
      throw new UserException(
          "herd.run.work-dir isn't set, and a watched call stores its results there",
          "set it to a folder, or use Herd.generate, which is lazy.");
    }
    Source.check(rows, settings);
    this.spark = rows.sparkSession();
    this.settings = settings;
    this.spending = Spending.of(spark, settings);
    this.recorder = new RunRecorder(settings, RunEnvironment.of(spark), RunTrace.begin(), spending);
    Generation.Done done = Generation.of(rows, settings, new Recorded());
    this.logged = done.rows();
    this.output = Outputs.of(logged, new Answers(settings, done.reasoning()));
  }

  /** Returns the rows with the model's answers, from the log once {@link #run} has ended. */
  public Dataset<Row> rows() {
    return Outputs.named(output, settings);
  }

  /** Generates the rows that aren't in the log. */
  public void run() {
    spark.sparkContext().addJobTag(tag);
    try {
      logged.queryExecution().toRdd().partitions(); // a logged Dataset does its rows for these
      recorder.counts(recorder.step(spark.sparkContext(), "count", this::counts));
      report = recorder.report(ExitCode.DONE, null);
    } catch (Throwable e) {
      ExitCode code = stopped ? ExitCode.STOPPED : ExitCode.of(e);
      report = recorder.report(code, stopped ? null : e);
      if (stopped) {
        RunningTasks.await(spark, DRAIN); // they still write their last rows into the log
        throw new EarlyEnd(
            code, "the call was stopped", "call it again: it resumes where it stopped.");
      }
      throw e;
    } finally {
      spark.sparkContext().removeJobTag(tag);
      ended = true;
    }
  }

  private Counts counts() {
    return Counts.counting(output, settings);
  }

  /** Stops {@link #run} in another thread, and waits for its end. */
  public void stop() throws InterruptedException {
    stopped = true;
    while (!ended) {
      spark.sparkContext().cancelJobsWithTag(tag); // again: it may just have begun the next
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Returns the progress, once rows are being generated. */
  public Optional<RunProgress.Generating> progress() {
    return recorder.generating();
  }

  /** Returns the report, once the run has ended, successfully or not. */
  public Optional<RunReport> report() {
    return Optional.ofNullable(report);
  }

  /** Passes the steps on to the recorder, whose steps are also Spark's job groups. */
  private final class Recorded implements Steps {
    @Override
    public <T> T step(String name, Supplier<T> body) {
      return recorder.step(spark.sparkContext(), name, body);
    }

    @Override
    public void resolved(ResolvedModel model) {
      recorder.model(model);
    }

    @Override
    public void planned(Plan plan) {
      recorder.plan(plan);
    }

    @Override
    public Spending spending() {
      return spending;
    }

    @Override
    public void generating(Timeline timeline) {
      recorder.generating(timeline);
    }

    @Override
    public void generated(GenerateStep.Done done) {
      recorder.generated(done);
    }
  }
}
