package io.herd.job.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionByExpression;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Removes calls whose result nothing above them reads. Spark drops unread columns, and a {@link
 * CallNode} isn't one. What an operator reads is known of those listed here; others are taken to
 * read all columns.
 */
final class DropUnreadCalls extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return drop(plan, plan.outputSet());
  }

  /** Returns the plan without calls that neither it nor its parents read. */
  private static LogicalPlan drop(LogicalPlan plan, AttributeSet read) {
    if (plan instanceof CallNode node && !read.contains(node.result())) {
      return drop(node.child(), read);
    }
    List<LogicalPlan> children = new ArrayList<>();
    boolean changed = false;
    for (LogicalPlan child : CollectionConverters.asJava(plan.children())) {
      LogicalPlan dropped = drop(child, readOf(plan, child, read));
      changed |= dropped != child;
      children.add(dropped);
    }
    return changed ? plan.withNewChildren(CallNode.seq(children)) : plan;
  }

  private static AttributeSet readOf(LogicalPlan plan, LogicalPlan child, AttributeSet above) {
    if (plan instanceof Project || plan instanceof Aggregate) {
      return plan.references();
    }
    return passesOn(plan) ? above.$plus$plus(plan.references()) : child.outputSet();
  }

  private static boolean passesOn(LogicalPlan plan) {
    return plan instanceof CallNode
        || plan instanceof Filter
        || plan instanceof Sort
        || plan instanceof Join
        || plan instanceof LocalLimit
        || plan instanceof GlobalLimit
        || plan instanceof RepartitionByExpression;
  }
}
