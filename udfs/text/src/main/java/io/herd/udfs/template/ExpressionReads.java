package io.herd.udfs.template;

import io.herd.udfs.template.TemplateReads.Read;
import io.herd.udfs.template.syntax.Expr;
import io.herd.udfs.template.syntax.Node;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Finds the values that one expression reads. */
final class ExpressionReads {
  private final Set<String> functions;
  private final Function<String, Read> columns;
  private final Consumer<Read> reads;

  /**
   * @param functions that are no columns
   * @param columns gives what is in a column
   * @param reads receives all that is read
   */
  ExpressionReads(Set<String> functions, Function<String, Read> columns, Consumer<Read> reads) {
    this.functions = functions;
    this.columns = columns;
    this.reads = reads;
  }

  /** Returns the shape of an expression's value. */
  Shape read(Expr expression, Map<String, Shape> locals) {
    Read read = of(expression, locals);
    return read == null ? Shape.ANY : read.shape();
  }

  /** Returns what is read, or null when its shape isn't known. */
  private Read of(Expr expression, Map<String, Shape> locals) {
    Read read = null;
    if (expression instanceof Expr.Name name) {
      read = name(name.name(), locals);
    } else if (expression instanceof Expr.Attribute node) {
      Read base = of(node.of(), locals);
      read = base == null ? null : base.field(node.name());
    } else if (expression instanceof Expr.Item node) {
      read = item(node, locals);
    } else if (expression instanceof Expr.Invocation node) {
      read = call(node, locals);
    } else {
      parts(expression, locals);
    }
    if (read != null) {
      reads.accept(read);
    }
    return read;
  }

  private void parts(Node node, Map<String, Shape> locals) {
    for (Node child : node.children()) {
      if (child instanceof Expr expression) {
        of(expression, locals);
      } else {
        parts(child, locals);
      }
    }
  }

  private Read name(String name, Map<String, Shape> locals) {
    return locals.containsKey(name)
        ? new Read(name, locals.get(name), null, false)
        : columns.apply(name);
  }

  private Read item(Expr.Item node, Map<String, Shape> locals) {
    Read base = of(node.of(), locals);
    of(node.index(), locals);
    if (base == null) {
      return null;
    }
    if (node.index() instanceof Expr.Slice) {
      return base.as(base.shape());
    }
    Object index = node.index() instanceof Expr.Constant constant ? constant.value() : null;
    return index instanceof String name
        ? base.field(name)
        : base.item(index == null ? "..." : index.toString());
  }

  /** The last name of a call is a method, not a field. */
  private Read call(Expr.Invocation node, Map<String, Shape> locals) {
    parts(node.arguments(), locals);
    if (node.of() instanceof Expr.Attribute method) {
      Read base = of(method.of(), locals);
      boolean map = base != null && base.shape().kind() == Shape.Kind.MAP;
      boolean pairs = map && method.name().equals("items");
      return pairs ? base.as(Shape.array(base.shape())) : null;
    }
    boolean function =
        node.of() instanceof Expr.Name name
            && functions.contains(name.name())
            && !locals.containsKey(name.name());
    if (!function) {
      of(node.of(), locals);
    }
    return null;
  }
}
