package io.herd.job;

import io.herd.job.config.Settings;
import io.herd.job.exit.EarlyEnd;
import io.herd.job.exit.ExitCode;
import io.herd.job.generate.Deadline;
import io.herd.job.generate.GenerateStep;
import io.herd.job.generate.Spending;
import io.herd.job.input.ChatNotes;
import io.herd.job.input.ContentFree;
import io.herd.job.input.LabelForm;
import io.herd.job.input.ReasoningForm;
import io.herd.job.input.Snapshot;
import io.herd.job.output.Answers;
import io.herd.job.output.Counts;
import io.herd.job.output.Outputs;
import io.herd.job.output.Publisher;
import io.herd.job.output.Review;
import io.herd.job.page.ReportPage;
import io.herd.job.plan.Estimate;
import io.herd.job.plan.Need;
import io.herd.job.plan.Plan;
import io.herd.job.progress.ModelLines;
import io.herd.job.progress.ProgressNotes;
import io.herd.job.report.Manifest;
import io.herd.job.report.PreviousRun;
import io.herd.job.report.RunEnvironment;
import io.herd.job.report.RunRecorder;
import io.herd.job.report.RunReport;
import io.herd.job.report.RunTrace;
import io.herd.job.report.Samples;
import io.herd.job.report.ShownRow;
import io.herd.job.report.Summary;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.Lease;
import io.herd.job.workdir.LogCompaction;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.SystemException;
import io.herd.udfs.engine.LabelTask;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run, from settings to published output. The steps of {@link #flow} are the words of the Spark
 * UI, the log and the report.
 *
 * <p>Driver only: never serialized.
 */
public final class Job {
  private static final Logger LOG = LoggerFactory.getLogger(Job.class);

  private final SparkSession spark;
  private final Settings settings;
  private final PrintStream out;
  private final WorkDir workDir;
  private final RunRecorder recorder;
  private final Publisher publisher;
  private final Deadline deadline;
  private final Spending spending;
  private final SmallInput small;
  private final ProgressNotes notes;
  private final PublishStep publish;
  private final LeasedSteps leased;

  /** A run's outcome, and what the summary shows of it. */
  private record Ended(ExitCode code, RunReport report, Published published) {}

  public Job(SparkSession spark, Settings settings, PrintStream out) {
    this(spark, settings, out, Deadline.in(settings.run().stop().maxDuration()));
  }

  Job(SparkSession spark, Settings settings, PrintStream out, Deadline deadline) {
    this.spark = spark;
    this.settings = settings;
    this.out = out;
    this.workDir = WorkDir.of(spark, settings);
    this.spending = Spending.of(spark, settings);
    this.recorder = new RunRecorder(settings, RunEnvironment.of(spark), RunTrace.begin(), spending);
    this.publisher = new Publisher(spark, settings, workDir);
    this.publish = new PublishStep(spark, settings, workDir, publisher, recorder);
    this.deadline = deadline;
    this.small = new SmallInput(spark);
    this.leased = new LeasedSteps(workDir, (step, line) -> say(step, "%s", line));
    this.notes = new ProgressNotes(workDir, recorder::generating);
  }

  /** Runs all steps, and writes {@code run.json} whatever the outcome. */
  public ExitCode run() {
    ExitCode code = runUnheard();
    heard();
    return code;
  }

  /**
   * Runs all steps, without the mark that the driver's exit is still to come. Who is to hear of it
   * calls {@link #heard} as late as possible: a driver that is killed before that is thought to
   * have failed, and the same command again doesn't append the rows a second time.
   */
  ExitCode runUnheard() {
    try (StopSignal stop = StopSignal.listen(spark);
        small;
        notes) {
      try {
        return stop.ended(tell(flow(stop)));
      } catch (Throwable e) {
        if (stop.received()) {
          out.println("\nStopped. Run the same command again to resume.");
          report(ExitCode.STOPPED, null);
          return stop.ended(ExitCode.STOPPED);
        }
        stop.ended(failed(e));
        throw e;
      }
    }
  }

  /** Notes that the process that waits for the run learns of its end. */
  void heard() {
    try {
      workDir.run().endHeard();
    } catch (SystemException e) {
      LOG.warn("The same command again will append no rows: its end counts as unheard", e);
    }
  }

  /**
   * Whatever ended the run may also prevent its report from being written; the original failure
   * must stay visible.
   */
  private ExitCode failed(Throwable thrown) {
    try {
      report(ExitCode.of(thrown), thrown);
    } catch (SystemException unwritten) {
      thrown.addSuppressed(unwritten);
    }
    return ExitCode.of(thrown);
  }

  private Ended flow(StopSignal stop) {
    Optional<String> ended = workDir.run().heard().filter(publisher::ended).map(RunState::run);
    ResolvedModel model = step(stop, "resolve", this::resolve);
    try {
      return publish(stop, model, ended);
    } finally {
      model.forgetToken();
    }
  }

  private ExitCode code(Counts counts) {
    double failed = (double) counts.failed() / Math.max(1, counts.rows());
    return failed > settings.run().maxFailedFraction() ? ExitCode.FAILED_ROWS : ExitCode.DONE;
  }

  private Ended publish(StopSignal stop, ResolvedModel model, Optional<String> ended) {
    Snapshot snapshot =
        step(stop, "read", () -> leased.run(stop, "read", lease -> read(model, ended, lease)));
    Answers answers =
        new Answers(settings, ReasoningForm.of(snapshot.rows().schema(), settings, model));
    Plan plan = step(stop, "plan", () -> plan(snapshot, model));
    try {
      step(stop, "generate", () -> generate(snapshot, plan, model));
    } catch (EarlyEnd early) {
      if (early.code() == ExitCode.STOPPED && settings.run().stop().publishPartial()) {
        step(
            stop,
            "publish",
            () -> leased.run(stop, "publish", lease -> publishPartly(snapshot, answers, lease)));
      }
      throw early;
    }
    Snapshot answered =
        model.large().isEmpty() ? snapshot : step(stop, "cascade", () -> cascade(snapshot, model));
    return leased.run(
        stop,
        "publish",
        lease -> {
          Published published =
              step(stop, "publish", () -> publish.whole(answered, answers, lease));
          if (settings.goldColumn().isPresent()) {
            step(stop, "review", () -> review(answered, published, answers, model));
          }
          return finish(published, model, shown(answered, published, answers, model), lease);
        });
  }

  private ResolvedModel resolve() {
    publisher.check(workDir.run().state());
    workDir.report().flatMap(PreviousRun::of).ifPresent(recorder::previous);
    ResolvedModel model = ResolvedModel.of(spark, settings, new ModelLines(out));
    recorder.model(model);
    return model;
  }

  private Snapshot read(ResolvedModel model, Optional<String> ended, Lease lease) {
    ChatNotes.text(settings, model).ifPresent(choice -> say("chat", "%s", choice));
    ChatNotes.notes(settings, model).forEach(note -> say("chat", "%s", note));
    ChatNotes.moderation(settings, model).ifPresent(how -> say("judges", "%s", how));
    settings.formatWarnings().forEach(warning -> say("format", "%s", warning));
    settings.columns().note().ifPresent(note -> say("columns", "%s", note));
    publisher.recover();
    small.open();
    Snapshot snapshot =
        Snapshot.take(
            spark,
            settings,
            model,
            workDir,
            workDir.run().state(ended),
            publisher,
            this::opened,
            lease);
    if (!snapshot.note().isEmpty()) {
      say("read", "%s", snapshot.note());
    }
    LabelForm.note(spark, snapshot.rows().schema(), settings, model)
        .ifPresent(note -> say("labels", "%s", note));
    if (!publisher.isProvenBySnapshot()) {
      publisher.tryOut(snapshot.rows().schema());
    }
    return snapshot;
  }

  private void opened(Dataset<Row> input) {
    publisher.checkInput(input);
    small.read(input);
  }

  private Plan plan(Snapshot snapshot, ResolvedModel model) {
    workDir.prepare();
    small.store(snapshot.rows(), Plan.results(spark, workDir.results()));
    int compacted = new LogCompaction(spark, workDir.results()).run();
    if (compacted > 0) {
      say("log", "%,d files of results are a few now", compacted);
    }
    Plan plan = Plan.of(spark, snapshot.rows(), workDir.results());
    snapshot.requireRows(plan.rows());
    plan.requirePrompts(snapshot.rows());
    recorder.plan(plan);
    say(
        "plan",
        "%,d rows: %,d to do (%,d tokens, %,d of them shared), %,d have a result or an equal"
            + " row, %,d without a prompt%s",
        plan.rows(),
        plan.prompts(),
        plan.tokens(),
        plan.shared(),
        plan.reused(),
        plan.failed(),
        plan.cut() == 0 ? "" : String.format(Locale.ROOT, ", %,d cut to fit", plan.cut()));
    if (settings.run().stop().budget().isSet() && plan.prompts() > 0) {
      budget(plan, model);
    }
    return plan;
  }

  private void budget(Plan plan, ResolvedModel model) {
    Need need =
        Need.of(plan, settings, () -> Estimate.executorSeconds(spark, plan, settings, model));
    say("budget", "%s", need.text());
    need.require();
  }

  private Void generate(Snapshot snapshot, Plan plan, ResolvedModel model) {
    if (plan.prompts() > 0
        && publisher.holds(snapshot.state())) { // failed rows of a run that ended
      say("generate", "nothing: the output already has this run's rows");
      return null;
    }
    if (plan.prompts() > 0) {
      say("generate", "%s, %s", model.manifest().id(), model.description());
    }
    LabelTask labels = ContentFree.task(snapshot.rows(), settings, model);
    GenerateStep step = new GenerateStep(spark, settings, workDir, out);
    recorder.generating(step.timeline());
    GenerateStep.Done done = step.run(plan, model, labels, deadline, spending);
    recorder.generated(done);
    return null;
  }

  private Snapshot cascade(Snapshot snapshot, ResolvedModel model) {
    return new CascadeStep(spark, settings, workDir, recorder, deadline, spending, out)
        .run(snapshot, model, publisher.holds(snapshot.state()));
  }

  private Long publishPartly(Snapshot snapshot, Answers answers, Lease lease) {
    long pending = publish.partly(snapshot, answers, lease);
    say("publish", "partial: %,d of %,d rows are pending", pending, snapshot.rows().count());
    return pending;
  }

  private Void review(
      Snapshot snapshot, Published published, Answers answers, ResolvedModel model) {
    Counts counts = published.counts();
    Dataset<Row> rows = Outputs.withIds(snapshot.rows(), published.results(), answers);
    Review review = Review.of(settings);
    recorder.quality(review.quality(rows, counts));
    workDir.dropDisagreements();
    if (counts.gold().answered() > counts.gold().correct()) {
      review.write(rows, snapshot.columns(), model.files(), workDir.disagreements());
    }
    return null;
  }

  private List<ShownRow> shown(
      Snapshot snapshot, Published published, Answers answers, ResolvedModel model) {
    int most = settings.run().reportRows();
    return most == 0
        ? List.of()
        : ShownRow.first(most, snapshot.rows(), published.results(), answers, model);
  }

  private <T> T step(StopSignal stop, String name, Supplier<T> body) {
    if (stop.received()) {
      throw new SystemException("stopped before the step " + name, null);
    }
    if (!name.equals("resolve")) { // which may refuse the configuration, and then makes no work-dir
      notes.step(name);
    }
    return recorder.step(spark.sparkContext(), name, body);
  }

  private void say(String step, String format, Object... values) {
    out.printf("%-9s %s%n", step, String.format(Locale.ROOT, format, values));
  }

  private RunReport report(ExitCode code, Throwable thrown) {
    return report(code, thrown, List.of());
  }

  private RunReport report(ExitCode code, Throwable thrown, List<ShownRow> shown) {
    RunReport report = recorder.report(code, thrown);
    workDir.writeJson("run.json", report);
    workDir.writeText(WorkDir.REPORT, ReportPage.of(report, shown));
    return report;
  }

  /** Writes the files that state the outcome, the manifest last: a run with a manifest is done. */
  private Ended finish(
      Published published, ResolvedModel model, List<ShownRow> shown, Lease lease) {
    ExitCode code = code(published.counts());
    lease.requireHeld();
    RunReport report = report(code, null, shown);
    Manifest.Publication publication =
        new Manifest.Publication(published.run(), publisher.publication(), publisher.target());
    workDir.run().end(published.run(), lease::requireHeld);
    workDir.writeJson(
        WorkDir.MANIFEST,
        Manifest.of(report, model, publication, published.keys()),
        lease::requireHeld);
    return new Ended(code, report, published);
  }

  private ExitCode tell(Ended ended) {
    Summary.print(
        out,
        ended.report(),
        publisher.target(),
        workDir.toString(),
        Samples.of(ended.published().output(), settings));
    if (ended.code() == ExitCode.FAILED_ROWS) {
      out.println(
          "\nMore rows failed than herd.run.max-failed-fraction allows; "
              + settings
                  .columns()
                  .written("error")
                  .map(name -> "their reasons are in the output's column \"" + name + "\".")
                  .orElse("the most frequent reasons are in run.json."));
      if (settings.output().mode() == Settings.Mode.APPEND) {
        out.println(
            "The rows are appended; the same command doesn't append them again."
                + " With a higher herd.run.max-failed-fraction it ends as done.");
      }
    }
    return ended.code();
  }
}
