package io.herd.job.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Moves filters and limits below calls where that gives the same rows, so that fewer are generated.
 */
final class PushBelowCalls extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformDown(new Each<>(PushBelowCalls::push));
  }

  private static LogicalPlan push(LogicalPlan plan) {
    if (plan instanceof Filter filter && filter.child() instanceof CallNode node) {
      return push(filter, node);
    }
    if (plan instanceof LocalLimit limit) {
      if (limit.child() instanceof CallNode node && !limited(node)) {
        return limit.copy(limit.limitExpr(), limited(limit, node));
      }
      if (limit.child() instanceof Project project
          && project.child() instanceof CallNode node
          && !limited(node)) {
        return limit.copy(
            limit.limitExpr(), project.copy(project.projectList(), limited(limit, node)));
      }
    }
    return plan;
  }

  private static boolean limited(CallNode node) {
    return node.child() instanceof LocalLimit;
  }

  private static CallNode limited(LocalLimit limit, CallNode node) {
    return node.over(new LocalLimit(limit.limitExpr(), node.child()));
  }

  private static LogicalPlan push(Filter filter, CallNode node) {
    List<Expression> above = new ArrayList<>();
    List<Expression> below = new ArrayList<>();
    for (Expression part : parts(filter.condition())) {
      boolean ready = part.deterministic() && part.references().subsetOf(node.child().outputSet());
      (ready ? below : above).add(part);
    }
    if (below.isEmpty()) {
      return filter;
    }
    CallNode filtered = node.over(new Filter(all(below), node.child()));
    return above.isEmpty() ? filtered : new Filter(all(above), filtered);
  }

  private static List<Expression> parts(Expression condition) {
    if (!(condition instanceof And and)) {
      return List.of(condition);
    }
    List<Expression> parts = new ArrayList<>(parts(and.left()));
    parts.addAll(parts(and.right()));
    return parts;
  }

  private static Expression all(List<Expression> parts) {
    return parts.stream().reduce(And::new).orElseThrow();
  }
}
