package io.herd.job.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Plans a {@link CallNode} as a {@link CallExec}. */
final class CallStrategy extends SparkStrategy {
  private final Models models;

  CallStrategy(Models models) {
    this.models = models;
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    if (plan instanceof CallNode node) {
      return CallNode.seq(
          List.of(new CallExec(node.call(), node.result(), planLater(node.child()), models)));
    }
    return CallNode.seq(List.of());
  }
}
