package io.herd.job.plan;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.partition.SpeedFunction;
import io.herd.udfs.runtime.Speed;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * The estimated time of the generate step, from a short measurement on one executor.
 *
 * @param seconds with all engines at work, completions at their full length
 * @param engines that were counted
 */
public record Estimate(double seconds, int engines) {

  /** Measures one engine and divides the work among as many as there are executors. */
  public static Estimate of(SparkSession spark, Plan plan, Settings settings, ResolvedModel model) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Work work = Work.of(plan, settings, model);
    int average = (int) Math.max(1, work.prompts() / plan.prompts());
    Speed speed =
        model
            .executors()
            .run(
                context
                    .parallelize(List.of(average), 1)
                    .map(new SpeedFunction(model.engine(settings, context.getConf()))))
            .first();
    int engines = engines(spark);
    return new Estimate(work.seconds(speed) / engines, engines);
  }

  /** Returns the seconds of all executors together; 0 with servers, whose time nobody knows. */
  public static double executorSeconds(
      SparkSession spark, Plan plan, Settings settings, ResolvedModel model) {
    return model.remote().isPresent() ? 0 : of(spark, plan, settings, model).executorSeconds();
  }

  /** Returns the seconds of all executors together. */
  public double executorSeconds() {
    return seconds * engines;
  }

  /** Scales the estimate to another number of rows like those of the plan. */
  public Estimate forRows(long rows, Plan plan) {
    return new Estimate(seconds * rows / plan.prompts(), engines);
  }

  /** Returns the number of engines: one per executor. */
  public static int engines(SparkSession spark) {
    return engines(spark.sparkContext());
  }

  /** Returns the number of engines of a cluster, one per executor. */
  public static int engines(SparkContext spark) {
    return Math.max(1, spark.statusTracker().getExecutorInfos().length - 1);
  }

  /** A time for the reader, in the unit that suits it. */
  public static String time(double seconds) {
    if (seconds < 90) {
      return Math.round(Math.ceil(seconds)) + " s";
    }
    return seconds < 5400
        ? Math.round(seconds / 60) + " min"
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }

  /** Formats the estimate for people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "about %s with %d engine%s, if every completion has its full length",
        time(seconds),
        engines,
        engines == 1 ? "" : "s");
  }
}
