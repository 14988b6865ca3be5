package io.herd.udfs.template.run;

import io.herd.udfs.template.syntax.Stmt;
import io.herd.udfs.template.syntax.Target;
import io.herd.udfs.template.values.Generator;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Tuple;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/** One {@code for} statement in its context. */
final class Loops {
  private final Rendering rendering;
  private final Stmt.For node;
  private final Scope outer;

  Loops(Rendering rendering, Stmt.For node) {
    this.rendering = rendering;
    this.node = node;
    this.outer = rendering.scope();
  }

  Flow run() {
    Object items = rendering.expressions().value(node.items());
    try {
      if (node.recursive()) {
        rendering.output().write(textOf(recursive(items, 0)));
        return Flow.ON;
      }
      return over(items, null, 0);
    } catch (Problem e) {
      throw e.in(node.items().at());
    }
  }

  private String textOf(Object value) {
    return value instanceof Markup markup ? markup.text() : (String) value;
  }

  private Object recursive(Object items, int depth) {
    Output output = new Output(rendering.budget());
    rendering.budget().enter();
    rendering.into(output, () -> rendering.in(outer, scope -> over(items, this::recursive, depth)));
    rendering.budget().leave();
    return rendering.escapes() ? new Markup(output.text()) : output.text();
  }

  private Flow over(Object items, Loop.Recursion recursion, int depth) {
    Iterator<Object> each = Items.of(items, rendering.budget());
    boolean counted = node.test() == null && !(items instanceof Generator);
    Iterator<Object> wanted = node.test() == null ? each : new Wanted(each);
    Loop loop = new Loop(wanted, counted ? Items.size(items) : -1, recursion, depth);
    boolean none = true;
    while (loop.hasNext()) {
      Flow flow = once(loop);
      if (flow == Flow.BREAK) {
        break;
      }
      none &= flow == Flow.CONTINUE; // jinja2 counts the turns that reach their end
    }
    return none ? otherwise() : Flow.ON;
  }

  private Flow once(Loop loop) {
    rendering.budget().step();
    Object item = loop.next();
    return rendering.in(
        new Scope(outer, rendering.frames().unset(node.body())),
        scope -> {
          scope.set("loop", loop);
          rendering.statements().assign(node.target(), item);
          return rendering.statements().run(node.body());
        });
  }

  private Flow otherwise() {
    Scope scope = new Scope(outer, rendering.frames().unset(node.otherwise()));
    return rendering.in(scope, inner -> rendering.statements().run(node.otherwise()));
  }

  /** The items for which the loop's condition holds, evaluated lazily. */
  private final class Wanted implements Iterator<Object> {
    private final Iterator<Object> items;
    private Object next;
    private boolean found;

    Wanted(Iterator<Object> items) {
      this.items = items;
    }

    @Override
    public boolean hasNext() {
      while (!found && items.hasNext()) {
        rendering.budget().step();
        Object item = items.next();
        found = rendering.in(new Scope(outer, Set.of()), scope -> holds(item));
      }
      return found;
    }

    private boolean holds(Object item) {
      rendering.statements().assign(node.target(), item);
      next = taken(node.target(), item);
      return rendering.expressions().isTrue(node.test());
    }

    /** The condition returns several variables as a tuple. */
    private Object taken(Target target, Object item) {
      if (!(target instanceof Target.Several several)) {
        return item;
      }
      List<Object> items = Items.list(item, rendering.budget());
      List<Object> taken = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        taken.add(taken(several.targets().get(i), items.get(i)));
      }
      return new Tuple(taken);
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      found = false;
      return next;
    }
  }
}
