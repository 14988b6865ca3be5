package io.herd.chaos;

import io.herd.chaos.Fault.Kind;
import io.herd.chaos.Fault.Operation;
import io.herd.chaos.Fault.Place;
import io.herd.job.S3Server;
import io.herd.udfs.runtime.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Work-dir and output on S3 (S3Proxy, in a process of its own), to which connections are cut. The
 * client hardly tries again by itself, so that cuts reach Herd and Spark's committers.
 */
@Tag("chaos")
@ExtendWith(ChaosReport.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3Chaos {
  private static final String SUITE = "s3";
  private static final int TASKS = 2;

  private final Scenario scenario = Scenario.onS3();
  private S3Server server;
  private CutConnections connections;
  private SparkSession spark;
  private Undisturbed expected;
  private int requests;

  static IntStream seeds() {
    return Seeds.of(SUITE);
  }

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    if (seeds().findAny().isEmpty()) {
      return;
    }
    server = S3Server.start(directory);
    connections = CutConnections.before(server.port());
    spark = JobRun.session("local[2,2]").getOrCreate();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    server.configure(hadoop, connections.port());
    hadoop.set(server.prefix() + "attempts.maximum", "1");
    hadoop.set(server.prefix() + "retry.limit", "1");
    hadoop.set(server.prefix() + "retry.interval", "100ms");
    expected = run("undisturbed-s3").undisturbed();
    requests = connections.turns();
  }

  @AfterAll
  void stop(ChaosReport report) throws Exception {
    if (spark != null) {
      spark.stop();
      connections.close();
      server.close();
    }
    Engines.closeAll();
    report.requireMostFired(SUITE);
  }

  private JobRun run(String name) throws Exception {
    Path place = Files.createDirectories(server.folder(name));
    return new JobRun(spark, scenario, place, name, server.path(name), List.of());
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(600)
  void run_connectionsCut_endsAsUndisturbed(int seed, ChaosReport report) throws Exception {
    Map<Kind, Integer> census = Map.of(new Kind(Place.NETWORK, Operation.REQUEST), requests);
    Schedule schedule = Schedule.ofFaults(SUITE, seed, census);
    JobRun job = run(schedule.name());
    ChaosRun run = new ChaosRun(schedule, scenario, expected, job.place(), spark, TASKS);
    connections.use(schedule.faults(), ChaosRun.fired(job.place()));

    Outcome outcome = job.disturbed(run);

    report.add(outcome);
    run.requireKept(outcome);
  }
}
