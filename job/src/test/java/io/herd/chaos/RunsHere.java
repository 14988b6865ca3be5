package io.herd.chaos;

import io.herd.udfs.runtime.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/** What suites have whose drivers are this JVM: a session, and what scenarios come to. */
final class RunsHere {
  private static final int TASKS = 2;

  private final Map<Scenario, Undisturbed> undisturbed = new HashMap<>();
  private final SparkSession spark = JobRun.session("local[" + TASKS + ",2]").getOrCreate();

  /**
   * What a scenario comes to; the first time it is run.
   *
   * @param place for that, which isn't there
   */
  Undisturbed undisturbed(Scenario scenario, Path place) throws Exception {
    Undisturbed known = undisturbed.get(scenario);
    if (known == null) {
      Files.createDirectory(place);
      String name = "undisturbed-" + undisturbed.size();
      known = JobRun.faulty(spark, scenario, place, name, List.of()).undisturbed();
      undisturbed.put(scenario, known);
    }
    return known;
  }

  /** A run with a schedule's faults. */
  JobRun faulty(Scenario scenario, Path place, Schedule schedule) {
    return JobRun.faulty(spark, scenario, place, schedule.name(), schedule.faults());
  }

  /** The runs of a schedule, with what they are to come to. */
  ChaosRun chaos(Schedule schedule, Scenario scenario, Undisturbed expected, Path place) {
    return new ChaosRun(schedule, scenario, expected, place, spark, TASKS);
  }

  /**
   * Those in a place that another scenario has left.
   *
   * @param before what the output may be until it is the expected one
   */
  ChaosRun chaos(
      Schedule schedule,
      Scenario scenario,
      Undisturbed expected,
      Path place,
      Set<List<String>> before) {
    return new ChaosRun(schedule, scenario, expected, place, spark, TASKS, before);
  }

  void stop() throws InterruptedException {
    spark.stop();
    Engines.closeAll();
  }
}
