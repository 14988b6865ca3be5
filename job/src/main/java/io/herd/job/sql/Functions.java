package io.herd.job.sql;

import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.JsonToStructs;
import scala.Option;
import scala.Tuple3;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;

/** The functions, and what Spark needs to plan them. */
public final class Functions {
  private Functions() {}

  /** Adds them to a session that is being built. */
  public static void addTo(SparkSessionExtensions extensions) {
    add(
        extensions,
        HerdCall.GENERATE,
        "(prompt [, options]) - Text that the model writes after the prompt.");
    add(
        extensions,
        HerdCall.LABEL,
        "(prompt, labels) - The label that the model finds likeliest after the prompt.");
    extensions.injectPostHocResolutionRule(session -> new ExtractCalls());
    extensions.injectOptimizerRule(session -> new PushBelowCalls());
    Models models = new Models();
    extensions.injectPlannerStrategy(session -> new CallStrategy(models));
  }

  private static void add(SparkSessionExtensions extensions, String name, String usage) {
    extensions.injectFunction(
        new Tuple3<>(
            new FunctionIdentifier(name),
            new ExpressionInfo(
                Functions.class.getName(),
                null,
                name,
                "_FUNC_" + usage,
                "",
                "",
                "",
                "",
                "",
                "",
                "java_udf"),
            arguments -> fields(new HerdCall(name, arguments))));
  }

  private static Expression fields(HerdCall call) {
    Map<String, String> noOptions = Map$.MODULE$.empty();
    return new JsonToStructs(call.fields(), noOptions, call, Option.empty(), false);
  }
}
