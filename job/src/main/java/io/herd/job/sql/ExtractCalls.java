package io.herd.job.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Moves calls out of the operators that contain them, into a {@link CallNode} below each operator.
 * It runs right after the analysis, so that a call is made where it was written and once: later
 * rules would copy an expression into several operators, which is cheap for others and not for
 * these. What Spark's own rules can't do with the node, {@link PushBelowCalls} does.
 *
 * <p>After Spark's ExtractPythonUDFs.
 */
final class ExtractCalls extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.resolved() // else the analysis has failed, and says so itself
        ? plan.transformUp(new Each<>(node -> extract(unnamed(node))))
        : plan;
  }

  /** Removes the names, because columns already have them. */
  private static LogicalPlan unnamed(LogicalPlan plan) {
    return plan.transformExpressions(
        new Each<>(e -> e instanceof CallFields fields ? fields.read() : e));
  }

  private static LogicalPlan extract(LogicalPlan plan) {
    Set<HerdCall> calls = new LinkedHashSet<>();
    if (!(plan instanceof CallNode)) {
      CollectionConverters.asJava(plan.expressions()).forEach(each -> find(each, calls));
    }
    if (calls.isEmpty()) {
      return plan;
    }
    LogicalPlan changed = plan;
    for (HerdCall call : calls) {
      changed = extract(changed, call);
    }
    changed = extract(changed); // calls of calls
    return changed.output().equals(plan.output())
        ? changed
        : new Project(CallNode.seq(List.copyOf(named(plan.output()))), changed);
  }

  private static List<NamedExpression> named(scala.collection.immutable.Seq<Attribute> output) {
    return List.copyOf(CollectionConverters.asJava(output));
  }

  /** Collects the calls in an expression whose arguments contain no other calls. */
  private static void find(Expression expression, Set<HerdCall> calls) {
    int before = calls.size();
    for (Expression child : CollectionConverters.asJava(expression.children())) {
      find(child, calls);
    }
    if (expression instanceof HerdCall call && calls.size() == before && !nested(call)) {
      calls.add(call);
    }
  }

  private static boolean nested(HerdCall call) {
    return CollectionConverters.asJava(call.children()).stream()
        .anyMatch(child -> contains(child, HerdCall.class));
  }

  private static boolean contains(Expression expression, Class<?> type) {
    return type.isInstance(expression)
        || CollectionConverters.asJava(expression.children()).stream()
            .anyMatch(child -> contains(child, type));
  }

  private static LogicalPlan extract(LogicalPlan plan, HerdCall call) {
    if (contains(call, AggregateExpression.class) || isOfGroups(plan, call)) {
      throw call.misplaced();
    }
    AttributeReference result =
        new AttributeReference(
            "_herd_result",
            DataTypes.StringType,
            false,
            Metadata.empty(),
            NamedExpression.newExprId(),
            CallNode.seq(List.of()));
    List<LogicalPlan> children = new ArrayList<>();
    boolean found = false;
    for (LogicalPlan child : CollectionConverters.asJava(plan.children())) {
      boolean here = !found && call.references().subsetOf(child.outputSet());
      children.add(here ? new CallNode(call, result, child) : child);
      found |= here;
    }
    if (!found) {
      throw call.misplaced();
    }
    return plan.withNewChildren(CallNode.seq(children))
        .transformExpressions(
            new Each<>(expression -> expression.equals(call) ? result : expression));
  }

  /** Returns whether the call applies to each group rather than to each row. */
  private static boolean isOfGroups(LogicalPlan plan, HerdCall call) {
    if (!(plan instanceof Aggregate aggregate)) {
      return false;
    }
    Set<HerdCall> ofRows = new LinkedHashSet<>();
    CollectionConverters.asJava(aggregate.groupingExpressions()).forEach(e -> find(e, ofRows));
    CollectionConverters.asJava(aggregate.aggregateExpressions())
        .forEach(e -> findInAggregates((Expression) e, ofRows));
    return !ofRows.contains(call);
  }

  private static void findInAggregates(Expression expression, Set<HerdCall> calls) {
    if (expression instanceof AggregateExpression) {
      find(expression, calls);
    }
    for (Expression child : CollectionConverters.asJava(expression.children())) {
      findInAggregates(child, calls);
    }
  }
}
