package io.herd.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * Runs a scenario again and again until it is done, and looks at what each attempt leaves.
 *
 * @param spark reads outputs
 * @param tasks that run at once, each of which a kill can cost a flush
 * @param before what the output may be until it is the expected one
 */
record ChaosRun(
    Schedule schedule,
    Scenario scenario,
    Undisturbed expected,
    Path place,
    SparkSession spark,
    int tasks,
    Set<List<String>> before) {
  private static final int DONE = 0;
  private static final int USER_ERROR = 2;
  private static final int STOPPED = 3;

  ChaosRun(
      Schedule schedule,
      Scenario scenario,
      Undisturbed expected,
      Path place,
      SparkSession spark,
      int tasks) {
    this(schedule, scenario, expected, place, spark, tasks, Set.of(List.of(Scenario.OLD)));
  }

  /** One run, which faults may end early. */
  interface Attempt {
    /**
     * Runs.
     *
     * @return how it ended
     */
    Ended run() throws Exception;
  }

  /**
   * How it ended.
   *
   * @param said what a user would have read
   */
  record Ended(int code, String said) {
    private static final int LONGEST = 4_000;

    Ended {
      said = said.substring(0, Math.min(LONGEST, said.length()));
    }
  }

  /** For {@link Generations}. */
  static Path generations(Path place) throws IOException {
    return Files.createDirectories(place.resolve("generations"));
  }

  static Fired fired(Path place) throws IOException {
    return new Fired(Files.createDirectories(place.resolve("fired")));
  }

  /** Until it is done; asserts nothing but that it comes to an end, honestly. */
  Outcome untilDone(Attempt attempt) throws Exception {
    long started = System.nanoTime();
    List<Integer> codes = new ArrayList<>();
    String problem = null;
    while (problem == null && (codes.isEmpty() || codes.get(codes.size() - 1) != DONE)) {
      int before = fired(place).names().size();
      int known = traces().log().size();
      Ended ended = attempt.run();
      codes.add(ended.code());
      boolean disturbed = fired(place).names().size() > before;
      problem = problemOf(ended, disturbed, known);
    }
    return outcome(codes, problem, (System.nanoTime() - started) / 1e9);
  }

  /** What is wrong with an attempt, or null. */
  private String problemOf(Ended ended, boolean disturbed, int known) throws IOException {
    if (ended.code() == USER_ERROR) {
      return "a fault of the machine was told as the user's: " + ended.said();
    }
    boolean early = ended.code() == STOPPED && scenario.endsEarly();
    if (ended.code() != DONE && !disturbed && !early) {
      return "an attempt in which nothing went wrong ended with "
          + ended.code()
          + ": "
          + ended.said();
    }
    Optional<List<String>> seen = traces().output(spark);
    boolean whole =
        seen.map(rows -> rows.equals(expected.rows()) || before.contains(rows)).orElse(true);
    if (!whole) {
      return "the output is neither the old nor the new one: " + seen.get();
    }
    return ended.code() == DONE && !disturbed ? problemOfReport(known) : null;
  }

  /**
   * What was in the log isn't generated again. It may be more than is known: executors that outlive
   * their driver write on for a moment.
   */
  private String problemOfReport(int known) throws IOException {
    JsonObject report = report(place);
    long generated = report.get("rows_generated").getAsLong() + generatedByLarge(report);
    return generated <= expected.keys() - known
        ? null
        : String.format(
            Locale.ROOT,
            "generated %d, but %d of %d were in the log",
            generated,
            known,
            expected.keys());
  }

  private static long generatedByLarge(JsonObject report) {
    return report.get("cascade").isJsonObject()
        ? report.getAsJsonObject("cascade").get("generated").getAsLong()
        : 0;
  }

  static JsonObject report(Path place) throws IOException {
    String text = Files.readString(place.resolve("work/run.json"));
    return new Gson().fromJson(text, JsonObject.class);
  }

  private Traces traces() {
    return Traces.of(place, scenario);
  }

  private Outcome outcome(List<Integer> codes, String problem, double seconds) throws IOException {
    List<String> rows = traces().output(spark).orElse(List.of());
    List<String> happened = fired(place).names();
    long generated = generated();
    return new Outcome(
        schedule.name(),
        schedule.texts(),
        happened,
        (int) happened.stream().filter(ChaosRun::kills).count(),
        codes,
        surplus(expected.rows(), rows),
        surplus(rows, expected.rows()),
        generated,
        Math.max(0, generated - expected.keys()),
        cuts(happened, codes) * tasks * Scenario.FLUSH,
        Math.round(10 * seconds) / 10.0,
        problem != null ? problem : problemOfHistory().orElse(problemOfLog()));
  }

  /** What may have cost each task the rows that it had at work. */
  private static long cuts(List<String> happened, List<Integer> codes) {
    return happened.stream().filter(each -> !each.contains("SLOW")).count()
        + codes.stream().filter(code -> code == STOPPED).count();
  }

  /** As far as anybody told: tasks by their heartbeats, or the file system by what it was given. */
  private long generated() throws IOException {
    return Math.max(
        Generations.tokens(generations(place)) / scenario.tokens(),
        Generations.sum(FaultyFileSystem.flushes(fired(place).folder())));
  }

  private static boolean kills(String happened) {
    return happened.contains("CRASH") || happened.contains("KILL");
  }

  private Optional<String> problemOfHistory() throws IOException {
    return new HistoryCheck(History.of(fired(place)).steps()).problem();
  }

  /** Equal keys carry equal bytes, whichever attempt wrote them. */
  private String problemOfLog() throws IOException {
    Map<String, List<String>> log = traces().log();
    if (log.size() != expected.keys()) {
      return String.format(
          Locale.ROOT, "the log has %d keys instead of %d", log.size(), expected.keys());
    }
    return log.values().stream()
        .filter(lines -> lines.stream().distinct().count() > 1)
        .findFirst()
        .map(lines -> "one key has several results: " + lines)
        .orElse(null);
  }

  /** How many of {@code rows} aren't among {@code others}, each counted as often as it is there. */
  private static int surplus(List<String> rows, List<String> others) {
    Map<String, Integer> left = new HashMap<>();
    others.forEach(row -> left.merge(row, 1, Integer::sum));
    return (int) rows.stream().filter(row -> left.merge(row, -1, Integer::sum) < 0).count();
  }

  /** What is promised. */
  void requireKept(Outcome outcome) {
    String what = schedule + "\nfired " + outcome.fired() + "\nto repeat it: " + schedule.command();
    assertThat(outcome.problem()).as(what).isNull();
    assertThat(outcome.rows_lost()).as("rows lost by " + what).isZero();
    assertThat(outcome.rows_duplicated()).as("rows duplicated by " + what).isZero();
    assertThat(outcome.repeated())
        .as("generations repeated by " + what)
        .isLessThanOrEqualTo(outcome.repeat_bound());
  }
}
