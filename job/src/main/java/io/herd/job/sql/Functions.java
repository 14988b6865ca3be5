package io.herd.job.sql;

import io.herd.udfs.UserException;
import java.util.List;
import org.apache.spark.package$;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;

/** The SQL functions, and the planning rules that they need. */
public final class Functions {
  private Functions() {}

  /**
   * Adds them to a session under construction. Before Spark 4.0 Catalyst has other methods: plans
   * are left alone there, and a call is refused.
   */
  public static void addTo(SparkSessionExtensions extensions) {
    String version = package$.MODULE$.SPARK_VERSION();
    if (version.matches("[0-3]\\..*")) {
      for (String name : List.of(HerdCall.GENERATE, HerdCall.LABEL)) {
        extensions.injectFunction(described(name, "", refusal(name, version)));
      }
      return;
    }
    add(
        extensions,
        HerdCall.GENERATE,
        "(prompt [, options [, name]]) - Text that the model writes after the prompt.");
    add(extensions, HerdCall.LABEL, "(prompt, labels) - The most likely label after the prompt.");
    extensions.injectPostHocResolutionRule(session -> new ExtractCalls());
    extensions.injectOptimizerRule(session -> new PushBelowCalls());
    extensions.injectOptimizerRule(session -> new DropUnreadCalls());
    Models models = new Models();
    extensions.injectPlannerStrategy(session -> new CallStrategy(models));
  }

  private static void add(SparkSessionExtensions extensions, String name, String usage) {
    extensions.injectFunction(
        described(name, usage, arguments -> CallFields.of(new HerdCall(name, arguments))));
  }

  private static Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>>
      described(String name, String usage, Function1<Seq<Expression>, Expression> builder) {
    ExpressionInfo info =
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
            "java_udf");
    return new Tuple3<>(new FunctionIdentifier(name), info, builder);
  }

  @SuppressWarnings("unchecked")
  private static Function1<Seq<Expression>, Expression> refusal(String name, String version) {
    return (Function1<Seq<Expression>, Expression>) (Function1<?, ?>) new Refusal(name, version);
  }

  /**
   * Refuses a call without reading its arguments, whose sequence has another type in Scala 2.12.
   */
  private record Refusal(String name, String version) implements Function1<Object, Expression> {
    @Override
    public Expression apply(Object arguments) {
      throw new UserException(
          name + " needs Spark 4.0 or later, and this is Spark " + version,
          "use Herd.generate, TextGenerator or Python's herd.label and herd.generate, which work"
              + " here, or another Spark.");
    }
  }
}
