package io.herd.job.verb;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import io.herd.job.config.ShownText;
import io.herd.job.exit.ExitCode;
import io.herd.job.progress.Durations;
import io.herd.job.workdir.RunProgress;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.job.workdir.WorkDirStatus;
import io.herd.job.workdir.WorkDirStatus.Driver;
import io.herd.job.workdir.WorkDirStatus.Holder;
import io.herd.job.workdir.WorkDirStatus.LastEnd;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code herd status}: shows runs in progress elsewhere, from the files of their work-dir alone.
 * Ages are by this machine's clock and the storage's, which may differ.
 */
public final class StatusVerb {
  /** This many missed notes in a row indicate a problem. */
  private static final int MISSED = 3;

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .registerTypeAdapter(
              Instant.class,
              (JsonSerializer<Instant>) (at, type, context) -> new JsonPrimitive(at.toString()))
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .create();

  private final WorkDir workDir;
  private final PrintStream out;
  private final Instant now;

  public StatusVerb(WorkDir workDir, PrintStream out, Clock clock) {
    this.workDir = workDir;
    this.out = out;
    this.now = clock.instant();
  }

  /** Prints the status, as text or as JSON. */
  public ExitCode run(boolean json) {
    WorkDirStatus status = workDir.status();
    if (json) {
      out.println(GSON.toJson(json(status)));
    } else {
      print(status);
    }
    return ExitCode.DONE;
  }

  private void print(WorkDirStatus status) {
    out.println(workDir);
    if (status.drivers().isEmpty()) {
      line("now", "no run in progress");
    }
    status.drivers().forEach(this::print);
    line("lease", status.lease().map(this::lease).orElse("not taken yet"));
    line("run", status.run().map(StatusVerb::run).orElse("no snapshot yet"));
    line("last end", status.last().map(StatusVerb::end).orElse("none yet"));
  }

  private void line(String name, String text) {
    out.printf(Locale.ROOT, "  %-9s %s%n", name, ShownText.of(text));
  }

  private void print(Driver driver) {
    RunProgress at = driver.progress();
    line("now", at.step() + (at.generating() == null ? "" : ": " + rows(at.generating())));
    if (at.generating() != null && at.generating().budget() != null) {
      line("budget", at.generating().budget().text());
    }
    line(
        "",
        String.format(
            Locale.ROOT,
            "process %d on %s, %s old, %s in this step, last heartbeat %s ago%s",
            at.pid(),
            at.host(),
            Durations.text(at.seconds()),
            Durations.text(at.stepSeconds()),
            age(driver.heard()),
            isSilent(driver) ? ": it has died or stalled" : ""));
  }

  private boolean isSilent(Driver driver) {
    Duration most = Duration.ofSeconds(MISSED * driver.progress().everySeconds());
    return Duration.between(driver.heard(), now).compareTo(most) > 0;
  }

  private static String rows(RunProgress.Generating at) {
    return String.format(
            Locale.ROOT,
            "%,d of %,d rows, %d %%",
            at.done(),
            at.rows(),
            100 * at.done() / Math.max(1, at.rows()))
        + (at.reused() > 0 ? String.format(Locale.ROOT, ", %,d reused", at.reused()) : "")
        + (at.failed() > 0 ? String.format(Locale.ROOT, ", %,d failed", at.failed()) : "")
        + String.format(
            Locale.ROOT, ", %,.0f tokens/s, %,.1f rows/s", at.tokensPerSecond(), at.rowsPerSecond())
        + (at.leftSeconds() == null ? "" : ", left " + Durations.text(at.leftSeconds()));
  }

  private String lease(Holder holder) {
    return holder.released()
        ? String.format(
            Locale.ROOT,
            "free; %s (%s) returned it %s ago",
            holder.process(),
            holder.step(),
            age(holder.heard()))
        : String.format(
            Locale.ROOT,
            "%s (%s), since %s, last heartbeat %s ago",
            holder.process(),
            holder.step(),
            holder.since().truncatedTo(ChronoUnit.SECONDS),
            age(holder.heard()));
  }

  private static String run(RunState run) {
    String rows = run.rows() < 0 ? "" : String.format(Locale.ROOT, ", %,d rows", run.rows());
    String began =
        run.begun().stream()
            .filter(each -> each.run().equals(run.run()))
            .map(RunState.Begun::target)
            .collect(Collectors.joining(", "));
    String end =
        run.isFinished() ? ", published" : began.isEmpty() ? "" : ", begun to publish at " + began;
    return run.run() + rows + end;
  }

  private static String end(LastEnd last) {
    return last.outcome()
        + ", begun "
        + last.started()
        + ", took "
        + Durations.text(last.seconds())
        + (last.error() == null ? "" : ": " + last.error().replaceAll("\\s*\\n\\s*", " "));
  }

  private String age(Instant then) {
    return Durations.text(Math.max(0, Duration.between(then, now).toMillis() / 1e3));
  }

  private Map<String, Object> json(WorkDirStatus status) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("schema", 1);
    all.put("work_dir", workDir.toString());
    all.put("drivers", status.drivers().stream().map(this::json).toList());
    all.put("lease", status.lease().orElse(null));
    all.put("run", status.run().map(StatusVerb::json).orElse(null));
    all.put("last_end", status.last().map(StatusVerb::shown).orElse(null));
    return all;
  }

  private Map<String, Object> json(Driver driver) {
    RunProgress at = driver.progress();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("host", at.host());
    all.put("pid", at.pid());
    all.put("seconds", at.seconds());
    all.put("step", at.step());
    all.put("step_seconds", at.stepSeconds());
    all.put("heard", driver.heard().toString());
    all.put("silent", isSilent(driver));
    all.put("generating", at.generating());
    return all;
  }

  private static Map<String, Object> json(RunState run) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("name", run.run());
    all.put("rows", run.rows() < 0 ? null : run.rows());
    all.put("published", run.isFinished());
    all.put("begun", run.begun().stream().map(RunState.Begun::target).distinct().toList());
    all.put("outputs", List.copyOf(run.outputs()));
    return all;
  }

  private static LastEnd shown(LastEnd last) {
    String error = last.error() == null ? null : ShownText.of(last.error());
    return new LastEnd(last.started(), last.outcome(), last.seconds(), error);
  }
}
