package io.herd.job.report;

import io.herd.job.cascade.CascadeReport;
import io.herd.job.config.Settings;
import io.herd.job.config.ShownText;
import io.herd.job.exit.ExitCode;
import io.herd.job.generate.GenerateStep;
import io.herd.job.generate.Spending;
import io.herd.job.output.AuditReport;
import io.herd.job.output.Counts;
import io.herd.job.output.Quality;
import io.herd.job.plan.Plan;
import io.herd.job.progress.Timeline;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.RunProgress;
import io.herd.udfs.Event;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;

/** Collects facts about a run while it runs, so that a report can be made whatever way it ends. */
public final class RunRecorder {
  private static final MathContext DIGITS = new MathContext(6);

  private final Settings settings;
  private final Map<String, String> environment;
  private final RunTrace trace;
  private final Instant began = Instant.now();
  private final long started = System.nanoTime();
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private ResolvedModel model;
  private Plan plan;
  private Counts counts = Counts.NONE;
  private AuditReport audit;
  private Quality quality;
  private CascadeReport cascade;
  private PreviousRun previous;
  private long generated;
  private long tokensGenerated;
  private long tokensCopied;
  private List<String> engines = List.of();
  private double engineBusy;
  private Double labelShare;
  private volatile Timeline timeline = new Timeline();
  private final Spending spending;

  public RunRecorder(
      Settings settings, Map<String, String> environment, RunTrace trace, Spending spending) {
    this.settings = settings;
    this.spending = spending;
    this.environment = environment;
    this.trace = trace;
  }

  /** Runs a step under its name, which is also the job group in Spark's UI, and times it. */
  public <T> T step(SparkContext spark, String name, Supplier<T> body) {
    long from = System.nanoTime();
    Event.of("step_begun").with("step", name).log();
    spark.setJobGroup(name, "herd: " + name, true);
    try {
      T done = trace.step(name, body);
      spending.executors();
      return done;
    } finally {
      spark.clearJobGroup();
      seconds.merge(name, since(from), Double::sum);
      Event.of("step_ended").with("step", name).with("seconds", since(from)).log();
    }
  }

  public void model(ResolvedModel resolved) {
    model = resolved;
  }

  public void plan(Plan planned) {
    plan = planned;
  }

  public void generated(GenerateStep.Done done) {
    generated = done.rows();
    tokensGenerated = done.tokens();
    tokensCopied = done.copied();
    engines = done.engines();
    engineBusy = done.engineBusy();
    labelShare = done.labelShare();
  }

  /** Registers the timeline of the generate step. */
  public void generating(Timeline watched) {
    timeline = watched;
  }

  /** The one that is watched. */
  public Timeline timeline() {
    return timeline;
  }

  /** How generating gets on, once it has begun. */
  public Optional<RunProgress.Generating> generating() {
    return timeline.now().map(now -> now.with(spending.report().orElse(null)));
  }

  public void counts(Counts counted) {
    counts = counted;
  }

  public void audit(AuditReport found) {
    audit = found;
  }

  public void cascade(CascadeReport found) {
    cascade = found;
  }

  /** The run before on the work-dir. */
  public void previous(PreviousRun before) {
    previous = before;
  }

  public void quality(Quality measured) {
    quality = measured;
  }

  /** Returns the report of a run that ends now. */
  public RunReport report(ExitCode code, Throwable thrown) {
    Event.of("run_ended")
        .with("outcome", outcome(code))
        .with("work_dir", settings.run().workDir())
        .with("rows", counts.rows())
        .with("failed", counts.failed())
        .log();
    RunReport report = reported(code, thrown);
    trace.end(report);
    return report;
  }

  private RunReport reported(ExitCode code, Throwable thrown) {
    double whole = since(started);
    double generating = seconds.getOrDefault("generate", 0.0);
    Optional<Double> cost = spending.cost(whole);
    long computed = plan == null || generated == 0 ? 0 : plan.tokens() + tokensGenerated;
    return new RunReport(
        RunReport.SCHEMA,
        settings.name(),
        began.truncatedTo(ChronoUnit.SECONDS).toString(),
        outcome(code),
        code.number(),
        plan == null ? 0 : plan.rows(),
        counts.rows(),
        counts.ok(),
        counts.failed(),
        plan == null ? 0 : plan.reused(),
        generated,
        counts.tokensIn(),
        counts.tokensOut(),
        tokensCopied,
        whole,
        seconds,
        generating > 0 ? rate(computed / generating) : 0,
        generating > 0 ? rate(generated / generating) : 0,
        model == null
            ? null
            : new RunReport.Model(
                model.manifest().id(),
                model.manifest().commit(),
                model.computing(),
                model.parameters()),
        engines,
        Math.round(1000 * engineBusy) / 1000.0,
        labelShare,
        timeline.points(),
        spending.executors(),
        cost.orElse(null),
        cost.filter(any -> generated > 0).map(all -> all * 1000 / generated).orElse(null),
        spending.report(cost).orElse(null),
        counts.profile(),
        audit,
        quality == null ? null : quality.accuracy(),
        quality,
        cascade,
        previous,
        thrown == null ? null : ShownText.of(message(thrown)),
        environment,
        settings.shown());
  }

  private static double rate(double exactly) {
    return new BigDecimal(exactly, DIGITS).doubleValue();
  }

  private static String outcome(ExitCode code) {
    return switch (code) {
      case SYSTEM -> "system_error";
      case USER -> "user_error";
      default -> code.name().toLowerCase(Locale.ROOT);
    };
  }

  private static double since(long from) {
    return Math.round((System.nanoTime() - from) / 1e6) / 1e3;
  }

  /** Returns the message with the remedy, if the user can fix the problem. */
  private static String message(Throwable thrown) {
    return ExitCode.userException(thrown)
        .map(Throwable::getMessage)
        .orElseGet(() -> String.valueOf(thrown.getMessage()));
  }
}
