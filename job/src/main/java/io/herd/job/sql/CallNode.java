package io.herd.job.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Adds the result of a call to each row: the logical side of {@link CallExec}. */
public final class CallNode extends LogicalPlan {
  private final HerdCall call;
  private final Attribute result;
  private final LogicalPlan child;

  /**
   * Creates a node.
   *
   * @param result the new column
   */
  public CallNode(HerdCall call, Attribute result, LogicalPlan child) {
    this.call = call;
    this.result = result;
    this.child = child;
  }

  HerdCall call() {
    return call;
  }

  Attribute result() {
    return result;
  }

  LogicalPlan child() {
    return child;
  }

  CallNode over(LogicalPlan other) {
    return new CallNode(call, result, other);
  }

  static Seq<Attribute> with(Seq<Attribute> columns, Attribute result) {
    List<Attribute> all = new ArrayList<>(CollectionConverters.asJava(columns));
    all.add(result);
    return seq(all);
  }

  static <T> Seq<T> seq(List<T> values) {
    return CollectionConverters.asScala(values).toSeq();
  }

  /** Prevents Spark from repeating a CTE's calls for each of its readers. */
  @Override
  public boolean deterministic() {
    return false;
  }

  @Override
  public Seq<Attribute> output() {
    return with(child.output(), result);
  }

  @Override
  public AttributeSet producedAttributes() {
    return AttributeSet$.MODULE$.apply(result);
  }

  @Override
  public Seq<LogicalPlan> children() {
    return seq(List.of(child));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return over(children.head());
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
    return other instanceof CallNode;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CallNode node
        && call.equals(node.call)
        && result.equals(node.result)
        && child.equals(node.child);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
