package io.herd.chaos;

import io.herd.job.Job;
import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.job.exit.ExitCode;
import io.herd.job.verb.VariantsVerb;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.sql.SparkSession;

/**
 * Runs of a job whose driver is this JVM.
 *
 * @param place where on the disk
 * @param base its address
 * @param faults of the file system at that address, and of Spark
 */
record JobRun(
    SparkSession spark,
    Scenario scenario,
    Path place,
    String name,
    String base,
    List<Fault> faults) {
  private static final long POLL_MILLIS = 20;

  /** A number that Linux gives no process. */
  private static final String NOBODY = "99999999";

  /** A session on a master of its own. */
  static SparkSession.Builder session(String master) {
    return SparkSession.builder()
        .master(master)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        .config("spark.executor.heartbeatInterval", "1s")
        .config("spark.hadoop.fs.chaos.impl", FaultyFileSystem.class.getName());
  }

  /** On a file system with the schedule's faults. */
  static JobRun faulty(
      SparkSession spark, Scenario scenario, Path place, String name, List<Fault> faults) {
    String base = FaultyFileSystem.SCHEME + "://" + name + place;
    return new JobRun(spark, scenario, place, name, base, faults);
  }

  /** The undisturbed run, which is to be the first in its place. */
  Undisturbed undisturbed() throws Exception {
    SparkFaults spying = new SparkFaults(spark.sparkContext(), List.of(), ChaosRun.fired(place));
    scenario.prepare(place, base);
    ChaosRun.Ended ended = attempt(spying);
    if (ended.code() != ExitCode.DONE.number()) {
      throw new IllegalStateException("the undisturbed run failed: " + ended.said());
    }
    Map<Fault.Kind, Integer> census = new TreeMap<>(disk().census());
    census.putAll(spying.census());
    Traces traces = Traces.of(place, scenario);
    return new Undisturbed(traces.output(spark).orElseThrow(), traces.log().size(), census);
  }

  /** Disturbed runs, until one is done. */
  Outcome disturbed(ChaosRun run) throws Exception {
    scenario.prepare(place, base);
    return untilDone(run);
  }

  /** Disturbed runs in a place that another scenario has left, until one is done. */
  Outcome takingOver(ChaosRun run) throws Exception {
    scenario.write(place, base);
    return untilDone(run);
  }

  /** One disturbed run, however it ends. */
  void begun() throws Exception {
    SparkFaults sparkFaults = new SparkFaults(spark.sparkContext(), faults, ChaosRun.fired(place));
    scenario.prepare(place, base);
    attempt(sparkFaults);
  }

  private Outcome untilDone(ChaosRun run) throws Exception {
    Generations generations = new Generations(ChaosRun.generations(place));
    SparkFaults sparkFaults = new SparkFaults(spark.sparkContext(), faults, ChaosRun.fired(place));
    spark.sparkContext().addSparkListener(generations);
    try {
      return run.untilDone(() -> attempt(sparkFaults));
    } finally {
      spark.sparkContext().removeSparkListener(generations);
    }
  }

  /** An attempt with these faults, which what the tests themselves do with Spark doesn't meet. */
  private ChaosRun.Ended attempt(SparkFaults sparkFaults) throws Exception {
    spark.sparkContext().addSparkListener(sparkFaults);
    try {
      return attempt();
    } finally {
      spark.sparkContext().removeSparkListener(sparkFaults);
    }
  }

  private ChaosRun.Ended attempt() throws Exception {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    conf.set(FaultyFileSystem.FAULTS, Fault.text(faults));
    conf.set(FaultyFileSystem.FIRED, ChaosRun.fired(place).folder().toString());
    int number = disk().revive();
    try {
      return new ChaosRun.Ended(run(scenario.feature().overrides(number)).number(), "");
    } catch (Exception e) { // also what Spark throws undeclared
      StringWriter said = new StringWriter();
      e.printStackTrace(new PrintWriter(said));
      return new ChaosRun.Ended(ExitCode.of(e).number(), said.toString());
    } finally {
      awaitTasks();
      end();
    }
  }

  /** The commands that the scenario is made of. */
  private ExitCode run(String... overrides) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    if (scenario.feature() == Feature.VARIANTS) {
      new VariantsVerb(spark, settings(), nowhere).run(Feature.SAMPLE, false);
    }
    return new Job(spark, settings(overrides), nowhere).run();
  }

  private Settings settings(String... overrides) {
    return SettingsReader.read(Path.of("run.conf"), List.of(overrides), place);
  }

  /** Whoever looks at a lease finds that its process has ended, though this JVM goes on. */
  private void end() throws IOException {
    Path leases = place.resolve("work/lease");
    if (!Files.isDirectory(leases)) {
      return;
    }
    try (Stream<Path> files = Files.list(leases)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file);
        Files.writeString(file, text.replaceFirst("(\"pid\":\\s*)\\d+", "$1" + NOBODY));
      }
    }
  }

  private FaultyFileSystem disk() throws IOException {
    return FaultyFileSystem.of(name, spark.sparkContext().hadoopConfiguration());
  }

  /** What a dead process had begun doesn't go on. */
  private void awaitTasks() throws Exception {
    while (Arrays.stream(spark.sparkContext().statusTracker().getExecutorInfos())
            .mapToInt(SparkExecutorInfo::numRunningTasks)
            .sum()
        > 0) {
      Thread.sleep(POLL_MILLIS);
    }
    spark.sparkContext().listenerBus().waitUntilEmpty();
  }
}
