package io.herd.job.sql;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** Adds the result of a call to each row, partition by partition. Rows stay where they are. */
public final class CallExec extends SparkPlan {
  private final HerdCall call;
  private final Attribute result;
  private final SparkPlan child;
  private final transient Models models;

  /**
   * Creates a node.
   *
   * @param result the new column
   * @param models those of the session
   */
  public CallExec(HerdCall call, Attribute result, SparkPlan child, Models models) {
    this.call = call;
    this.result = result;
    this.child = child;
    this.models = models;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    CallFunction function = models.function(session(), call, child.output(), schema());
    return child.execute().toJavaRDD().mapPartitions(function, true).rdd();
  }

  @Override
  public Seq<Attribute> output() {
    return CallNode.with(child.output(), result);
  }

  @Override
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public AttributeSet producedAttributes() {
    return AttributeSet$.MODULE$.apply(result);
  }

  @Override
  public Seq<SparkPlan> children() {
    return CallNode.seq(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return new CallExec(call, result, children.head(), models);
  }

  @Override
  public Seq<Object> otherCopyArgs() {
    return CallNode.seq(List.of(models));
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int n) {
    return List.of(call, result, child).get(n);
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof CallExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CallExec node
        && call.equals(node.call)
        && result.equals(node.result)
        && child.equals(node.child);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
