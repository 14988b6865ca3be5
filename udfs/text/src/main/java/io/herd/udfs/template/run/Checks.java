package io.herd.udfs.template.run;

import io.herd.udfs.template.syntax.Expr;
import io.herd.udfs.template.syntax.Node;
import io.herd.udfs.template.syntax.Stmt;
import io.herd.udfs.template.syntax.Target;
import io.herd.udfs.template.values.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds errors that a template has for every row. */
final class Checks {
  private static final Set<String> CONDITIONS = Set.of("If", "Conditional");

  private final Set<String> blocks = new HashSet<>();

  private Checks() {}

  static void check(List<Stmt> template) {
    Checks checks = new Checks();
    template.forEach(each -> checks.node(each, false));
  }

  /**
   * @param guarded whether a condition decides that the node counts: there a filter may be missing
   */
  private void node(Node node, boolean guarded) {
    if (node instanceof Expr.Filter filter && !Filters.exists(filter.name())) {
      refuse("filter", filter.name(), filter, guarded);
    }
    if (node instanceof Expr.Test test && !Tests.exists(test.name())) {
      refuse("test", test.name(), test, guarded);
    }
    if (node instanceof Stmt.For loop) {
      refuseLoopAsTarget(loop);
    }
    if (node instanceof Stmt.Block block && !blocks.add(block.name())) {
      throw new Problem("the block `" + block.name() + "` is defined twice");
    }
    boolean inner = guards(node) || (guarded && !opensFrame(node));
    List<? extends Node> before = readBefore(node);
    for (Node child : node.children()) {
      node(child, inner || (guarded && before.stream().anyMatch(each -> each == child)));
    }
  }

  private static boolean guards(Node node) {
    return CONDITIONS.contains(node.getClass().getSimpleName());
  }

  private static boolean opensFrame(Node node) {
    return node instanceof Stmt
        && !(node instanceof Stmt.If || node instanceof Stmt.Assign || node instanceof Stmt.Print);
  }

  /** Returns what a statement reads before it opens its frame. */
  private static List<? extends Node> readBefore(Node node) {
    if (node instanceof Stmt.For loop) {
      return List.of(loop.items());
    }
    if (node instanceof Stmt.With with) {
      return with.values();
    }
    return node instanceof Stmt.CallBlock block ? List.of(block.call()) : List.of();
  }

  private static void refuse(String kind, String name, Expr node, boolean guarded) {
    boolean refused = Filters.REFUSED.contains(name) && kind.equals("filter");
    if (!guarded || refused) {
      String why = refused ? "isn't supported: it is random, or for looking at" : "doesn't exist";
      throw new Problem("the " + kind + " `" + name + "` " + why, node.at());
    }
  }

  private static void refuseLoopAsTarget(Stmt.For loop) {
    loop.walk(
        node -> {
          if (node instanceof Target.Variable variable && variable.name().equals("loop")) {
            throw new Problem("`loop` can't be assigned to in a loop", variable.at());
          }
        });
  }
}
