package io.herd.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.herd.job.cli.Commands;
import io.herd.job.cli.Options;
import io.herd.job.cli.PlainConsole;
import io.herd.job.cli.RunsVerb;
import io.herd.job.cli.Sessions;
import io.herd.job.cli.Verb;
import io.herd.job.config.CallerPaths;
import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.job.verb.CheckVerb;
import io.herd.job.verb.CleanVerb;
import io.herd.job.verb.CompareVerb;
import io.herd.job.verb.FetchVerb;
import io.herd.job.verb.PlanVerb;
import io.herd.job.verb.ReviewVerb;
import io.herd.job.verb.SampleVerb;
import io.herd.job.verb.StatusVerb;
import io.herd.job.verb.VariantsVerb;
import io.herd.job.workdir.WorkDir;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** The class that spark-submit starts. */
public final class Main {
  /** The verbs by name; an option that selects another verb follows the name. */
  static final Map<String, Verb> VERBS =
      Map.of(
          "run", (settings, options) -> run(settings),
          "variants", (settings, options) -> variants(settings, options, false),
          "variants --json", (settings, options) -> variants(settings, options, true),
          "sample",
              (settings, options) ->
                  Sessions.withoutUi(
                      name("sample", settings),
                      spark -> new SampleVerb(spark, settings, System.out).run(options.rows())),
          "plan",
              (settings, options) ->
                  Sessions.with(
                      name("plan", settings),
                      spark ->
                          new PlanVerb(spark, settings, System.out)
                              .run(options.prompts(), options.rows())),
          "check",
              (settings, options) ->
                  Sessions.withoutUi(
                      name("check", settings),
                      spark -> new CheckVerb(spark, settings, System.out).run()),
          "check --cluster",
              (settings, options) ->
                  Sessions.withoutUi(
                      name("check", settings),
                      spark -> new CheckVerb(spark, settings, System.out).runOnCluster()),
          "fetch",
              (settings, options) ->
                  Sessions.withoutUi(
                      name("fetch", settings),
                      spark -> new FetchVerb(spark, settings, System.out).run()),
          "clean",
              (settings, options) ->
                  Sessions.withoutUi(
                      name("clean", settings),
                      spark ->
                          new CleanVerb(spark, settings, System.out, Main::ask)
                              .run(options.olderThan(), options.yes())));

  private Main() {}

  /** The name in Spark's lists of applications: {@code herd run reviews}. */
  private static String name(String verb, Settings settings) {
    return "herd " + verb + " " + settings.name();
  }

  private static ExitCode variants(Settings settings, Options options, boolean json) {
    return Sessions.with(
        name("variants", settings),
        spark -> new VariantsVerb(spark, settings, System.out).run(options.rows(), json));
  }

  private static ExitCode run(Settings settings) {
    AtomicReference<Job> job = new AtomicReference<>();
    ExitCode code =
        Sessions.with(
            name("run", settings),
            spark -> {
              job.set(new Job(spark, settings, System.out));
              return job.get().runUnheard();
            });
    job.get().heard();
    return code;
  }

  /** The verbs without a configuration, by name. */
  static final Map<String, RunsVerb> OF_RUNS =
      Map.of(
          "status",
          asked -> status(asked.runs().get(0), asked.json()),
          "review",
          asked -> Sessions.withoutUi("herd review", spark -> review(spark, asked)),
          "compare",
          asked ->
              Sessions.withoutUi(
                  "herd compare",
                  spark ->
                      new CompareVerb(spark, System.out)
                          .run(
                              asked.runs().get(0),
                              asked.runs().get(1),
                              asked.write(),
                              asked.json())));

  private static ExitCode review(SparkSession spark, RunsVerb.Asked asked) {
    ReviewVerb verb = new ReviewVerb(spark, System.out, Clock.systemUTC());
    String run = asked.runs().get(0);
    return asked.write().isPresent()
        ? verb.write(run, asked.write().get(), asked.rows())
        : verb.read(run, asked.file().orElseThrow(), asked.json());
  }

  /** Runs without Spark, because starting a session would take longer than the answer. */
  private static ExitCode status(String workDir, boolean json) {
    Configuration hadoop = new Configuration();
    String prefix = "spark.hadoop.";
    for (Tuple2<String, String> each : new SparkConf().getAllWithPrefix(prefix)) {
      hadoop.set(each._1(), each._2());
    }
    return new StatusVerb(new WorkDir(workDir, hadoop), System.out, Clock.systemUTC()).run(json);
  }

  /** Asks the user at the terminal, if there is one; the launcher knows. */
  private static Optional<Boolean> ask(String question) {
    if (!Boolean.getBoolean("herd.asks")) {
      return Optional.empty();
    }
    System.out.print(question + " [y/N] ");
    System.out.flush();
    try {
      String answer = new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
      return Optional.of(answer != null && answer.strip().equalsIgnoreCase("y"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On Kubernetes spark-submit runs once more in the driver's pod, in client mode. */
  private static CallerPaths paths() {
    SparkConf conf = new SparkConf();
    Path here = Path.of("");
    return conf.get("spark.submit.deployMode", "client").equals("cluster")
            || conf.getBoolean("spark.kubernetes.submitInDriver", false)
        ? CallerPaths.onCluster(here)
        : CallerPaths.here(here);
  }

  /**
   * Returns on success and throws otherwise: {@code System.exit} would make YARN start the
   * application again, while spark-submit exits with this exception's code.
   */
  public static void main(String[] args) throws SparkUserAppException {
    PlainConsole.install();
    Commands commands = new Commands(VERBS, OF_RUNS, paths(), System.out, System.err);
    ExitCode code = commands.execute(args);
    if (code != ExitCode.DONE) {
      throw new SparkUserAppException(code.number());
    }
  }
}
