package io.herd.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What a suite came to: {@code target/chaos/SUITE.json}, and a line at the end. */
final class ChaosReport implements AutoCloseable {
  private static final Path FOLDER = Path.of("target/chaos");

  /** Schedules of which nothing happens say nothing. */
  private static final double LEAST_FIRED = 0.75;

  private final List<Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());

  /** Gives a suite the report of its JVM, which runs no other suite. */
  static final class Resolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == ChaosReport.class;
    }

    @Override
    public ChaosReport resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(ChaosReport.class))
          .getOrComputeIfAbsent(ChaosReport.class, key -> new ChaosReport(), ChaosReport.class);
    }
  }

  /** Also written at once: a suite may be cut off. */
  void add(Outcome outcome) throws IOException {
    outcomes.add(outcome);
    Files.createDirectories(FOLDER);
    Map<String, Object> report = new LinkedHashMap<>(totals());
    report.put("outcomes", outcomes);
    Files.writeString(
        file(),
        new GsonBuilder().setPrettyPrinting().serializeNulls().create().toJson(report) + "\n");
  }

  private Path file() {
    String suite = outcomes.get(0).schedule().replaceFirst("-.*", "");
    return FOLDER.resolve(suite + ".json");
  }

  private Map<String, Long> totals() {
    Map<String, Long> totals = new LinkedHashMap<>();
    totals.put("schedules", (long) outcomes.size());
    totals.put("schedules_fired", sum(each -> each.fired().isEmpty() ? 0 : 1));
    totals.put("schedules_failed", sum(each -> each.problem() == null ? 0 : 1));
    totals.put("faults_fired", sum(each -> each.fired().size()));
    totals.put("kills_survived", sum(Outcome::kills));
    totals.put("attempts", sum(each -> each.attempts().size()));
    totals.put("rows_lost", sum(Outcome::rows_lost));
    totals.put("rows_duplicated", sum(Outcome::rows_duplicated));
    totals.put("generations", sum(Outcome::generations));
    totals.put("generations_repeated", sum(Outcome::repeated));
    totals.put("repeat_bound", sum(Outcome::repeat_bound));
    return totals;
  }

  private long sum(ToLongFunction<Outcome> field) {
    return outcomes.stream().mapToLong(field).sum();
  }

  /** To be asked when a suite has ended. */
  void requireMostFired(String suite) {
    List<Outcome> own =
        outcomes.stream().filter(each -> each.schedule().startsWith(suite + "-")).toList();
    long fired = own.stream().filter(each -> !each.fired().isEmpty()).count();
    assertThat((double) fired)
        .as("schedules of " + suite + " with a fault that fired, of " + own.size())
        .isGreaterThanOrEqualTo(Math.floor(LEAST_FIRED * own.size()));
  }

  @Override
  public void close() {
    if (!outcomes.isEmpty()) {
      System.out.println(line());
    }
  }

  private String line() {
    Map<String, Long> totals = totals();
    return String.format(
        Locale.ROOT,
        "chaos: %,d schedules, in %,d of them something went wrong: %,d faults, %,d kills survived,"
            + " %,d attempts; rows lost %,d, duplicated %,d; generations repeated %,d of %,d (at"
            + " most %,d); %,d schedules failed. More in %s",
        totals.get("schedules"),
        totals.get("schedules_fired"),
        totals.get("faults_fired"),
        totals.get("kills_survived"),
        totals.get("attempts"),
        totals.get("rows_lost"),
        totals.get("rows_duplicated"),
        totals.get("generations_repeated"),
        totals.get("generations"),
        totals.get("repeat_bound"),
        totals.get("schedules_failed"),
        file().toAbsolutePath());
  }
}
