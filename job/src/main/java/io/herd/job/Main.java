package io.herd.job;

import io.herd.job.report.ExitCode;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkUserAppException;

/** The class that spark-submit starts. */
public final class Main {
  private static final Map<String, Verb> VERBS =
      Map.of(
          "run",
              (settings, rows) ->
                  Sessions.with(spark -> new Job(spark, settings, System.out).run()),
          "sample",
              (settings, rows) ->
                  Sessions.with(spark -> new SampleVerb(spark, settings, System.out).run(rows)),
          "plan",
              (settings, rows) ->
                  Sessions.with(spark -> new PlanVerb(spark, settings, System.out).run()),
          "check",
              (settings, rows) ->
                  Sessions.with(spark -> new CheckVerb(spark, settings, System.out).run()),
          "check --cluster",
              (settings, rows) ->
                  Sessions.with(spark -> new CheckVerb(spark, settings, System.out).runOnCluster()),
          "fetch",
              (settings, rows) ->
                  Sessions.with(spark -> new FetchVerb(spark, settings, System.out).run()));

  private Main() {}

  /**
   * Returns when all went well, and else throws: {@code System.exit} would make YARN start the
   * application again, while spark-submit exits with this exception's code.
   */
  public static void main(String[] args) throws SparkUserAppException {
    Commands commands = new Commands(VERBS, Path.of(""), System.out, System.err);
    ExitCode code = commands.execute(args);
    if (code != ExitCode.DONE) {
      throw new SparkUserAppException(code.number());
    }
  }
}
