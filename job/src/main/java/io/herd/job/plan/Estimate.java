package io.herd.job.plan;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.partition.SpeedFunction;
import io.herd.udfs.runtime.Speed;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * How long the generate step would take, from a short measurement on one executor.
 *
 * @param seconds with all engines at work, completions at their full length
 * @param engines that were counted
 */
public record Estimate(double seconds, int engines) {

  /** Measures one engine and divides the work among as many as there are executors. */
  public static Estimate of(SparkSession spark, Plan plan, Settings settings, ResolvedModel model) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int average = (int) Math.max(1, plan.tokens() / plan.prompts() - plan.prefix().size());
    Speed speed =
        context
            .parallelize(List.of(average), 1)
            .map(new SpeedFunction(model.engine(settings, context.getConf()), model.files()))
            .first();
    int engines = Math.max(1, context.sc().statusTracker().getExecutorInfos().length - 1);
    return new Estimate(seconds(plan, settings, speed) / engines, engines);
  }

  static double seconds(Plan plan, Settings settings, Speed speed) {
    double prefill =
        (plan.tokens() - (double) plan.prompts() * plan.prefix().size()) / speed.prefillTokens();
    double answers =
        settings.generate().labels()
            ? 0
            : (double) plan.prompts() * settings.generate().maxNewTokens() / speed.decodeTokens();
    return prefill + answers;
  }

  /** For the reader. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "about %s with %d engine%s, if every completion has its full length",
        seconds < 90
            ? Math.round(Math.ceil(seconds)) + " s"
            : seconds < 5400
                ? Math.round(seconds / 60) + " min"
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600),
        engines,
        engines == 1 ? "" : "s");
  }
}
