package io.herd.job.progress;

import io.herd.job.plan.Plan;
import io.herd.job.workdir.RunProgress;
import io.herd.udfs.partition.TaskCounters;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;

/** The live line of the generate step. */
public final class LiveProgress extends TaskSums {
  /** The window for the current rate: long enough for a few heartbeats. */
  private static final double NOW_SECONDS = 10;

  private final ConsoleLine line;
  private final Timeline timeline;
  private final TaskCounters counters;
  private final long fetchedId;
  private final long total;
  private final long reused;
  private final Remaining remaining;
  private volatile Progress before = Progress.NONE;
  private volatile double began = -1;
  private boolean finished;
  private boolean warned;
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * @param timeline receives what the line shows
   * @param fetchedId accumulator of the bytes of the model that have arrived
   */
  public LiveProgress(
      PrintStream out, Timeline timeline, TaskCounters counters, long fetchedId, Plan plan) {
    this.line = new ConsoleLine(out);
    this.timeline = timeline;
    this.counters = counters;
    this.fetchedId = fetchedId;
    this.total = plan.prompts();
    this.reused = plan.reused();
    this.remaining = Remaining.of(plan);
  }

  /**
   * Continues with another submission of the stage.
   *
   * @param done rows that need not be done again
   */
  public void again(long done) {
    if (begun.compareAndSet(false, true)) {
      line.begin(rows(Progress.NONE) + ", the engines are loading");
    }
    Progress now = now(line.seconds());
    before =
        new Progress(
            0,
            done,
            now.failed(),
            now.promptTokens(),
            now.completionTokens(),
            now.tokensComputed());
    clear();
  }

  @Override
  protected synchronized void changed() {
    if (finished) {
      return;
    }
    warn();
    double seconds = line.seconds();
    long held = began < 0 ? largest(counters.held().id()) : 0;
    if (held > 0) {
      began = Math.max(0, seconds - held / 1e3);
    }
    Progress now = now(seconds);
    if (now.tokensComputed() > 0) {
      timeline.add(now);
    }
    timeline.now(generating(now));
    line.print(false, () -> text(now));
  }

  /** Prints one line, however many executors report it: the report has all. */
  private void warn() {
    if (!warned) {
      Optional<String> warning = text(counters.warnings());
      warning.ifPresent(text -> line.note("  " + text));
      warned = warning.isPresent();
    }
  }

  private Progress now(double seconds) {
    return new Progress(
        seconds,
        Math.min(total, sum(before.rows(), counters.rows())),
        sum(before.failed(), counters.failed()),
        sum(before.promptTokens(), counters.promptTokens()),
        sum(before.completionTokens(), counters.tokens()),
        sum(before.tokensComputed(), counters.computed()));
  }

  private RunProgress.Generating generating(Progress now) {
    Progress recent = recent(now);
    double apart = now.seconds() - recent.seconds();
    OptionalDouble left = secondsLeft(now);
    return new RunProgress.Generating(
        total,
        now.rows(),
        now.failed(),
        reused,
        Math.round(now.rateSince(recent)),
        apart <= 0 ? 0 : Math.round(10 * (now.rows() - recent.rows()) / apart) / 10.0,
        left.isPresent() ? (double) Math.round(left.getAsDouble()) : null,
        null);
  }

  private String text(Progress now) {
    long fetched = sum(fetchedId);
    return now.tokensComputed() == 0 && fetched > 0
        ? String.format(Locale.ROOT, "  the model is being fetched: %.2f GB", fetched / 1e9)
        : rows(now) + atWork(now) + rates(now) + left(now);
  }

  private String rows(Progress now) {
    return String.format(
            Locale.ROOT,
            "  %,d of %,d rows, %d %%",
            now.rows(),
            total,
            100 * now.rows() / Math.max(1, total))
        + (reused > 0 ? String.format(Locale.ROOT, ", %,d reused", reused) : "")
        + (now.failed() > 0 ? String.format(Locale.ROOT, ", %,d failed", now.failed()) : "");
  }

  /**
   * Describes rows in progress: until the first row ends, often together with others, there is
   * nothing else to show.
   */
  private String atWork(Progress now) {
    long working = before.rows() + sum(counters.begun().id()) - now.rows();
    return working > 0 && now.rows() < total
        ? String.format(Locale.ROOT, ", %,d at work", working)
        : "";
  }

  private String rates(Progress now) {
    if (now.tokensComputed() == 0) {
      return "";
    }
    return String.format(
            Locale.ROOT,
            ", %,.0f tokens/s (mean %,.0f)",
            now.rateSince(recent(now)),
            now.rateSince(start()))
        + busy();
  }

  private Progress start() {
    return Progress.at(Math.max(0, began));
  }

  /** Returns the progress some seconds ago, or when the first engine began. */
  private Progress recent(Progress now) {
    Progress recent = timeline.before(now.seconds() - NOW_SECONDS);
    return recent.tokensComputed() == 0 ? start() : recent;
  }

  private String busy() {
    long held = sum(counters.held().id());
    double share = Math.min(1, (double) sum(counters.computing().id()) / Math.max(1, held));
    return held == 0 ? "" : String.format(Locale.ROOT, ", engines %.0f %% busy", 100 * share);
  }

  private String left(Progress now) {
    OptionalDouble left = secondsLeft(now);
    return left.isEmpty() ? "" : ", left " + Durations.text(left.getAsDouble());
  }

  private OptionalDouble secondsLeft(Progress now) {
    long computing = sum(counters.computing().id());
    if (now.rows() == before.rows() || now.rows() == total || computing == 0) {
      return OptionalDouble.empty();
    }
    double promptShare = (double) sum(counters.prefilling().id()) / computing;
    long begun = before.rows() + sum(counters.begun().id());
    double working = now.seconds() - Math.max(0, began);
    return OptionalDouble.of(remaining.seconds(working, now, begun, promptShare));
  }

  /** Prints the line a last time, with all that the tasks did. What listeners hear later is old. */
  public synchronized void finish() {
    finished = true;
    warn();
    Progress now = now(line.seconds());
    timeline.add(now);
    timeline.now(generating(now));
    line.print(true, () -> text(now));
  }
}
