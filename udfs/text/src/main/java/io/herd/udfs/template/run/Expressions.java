package io.herd.udfs.template.run;

import io.herd.udfs.template.syntax.Call;
import io.herd.udfs.template.syntax.Expr;
import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates expressions. */
final class Expressions implements Expr.Visitor<Object> {
  private final Rendering rendering;

  Expressions(Rendering rendering) {
    this.rendering = rendering;
  }

  Object value(Expr expression) {
    rendering.budget().step();
    try {
      return expression.accept(this);
    } catch (Problem e) {
      throw e.in(expression.at());
    }
  }

  boolean isTrue(Expr expression) {
    return Types.isTrue(value(expression));
  }

  @Override
  public Object constant(Expr.Constant node) {
    return node.value();
  }

  @Override
  public Object name(Expr.Name node) {
    return rendering.variable(node.name());
  }

  @Override
  public Object tuple(Expr.TupleOf node) {
    return new Tuple(values(node.items()));
  }

  @Override
  public Object list(Expr.ListOf node) {
    return values(node.items());
  }

  private List<Object> values(List<Expr> expressions) {
    List<Object> values = new ArrayList<>(expressions.size());
    expressions.forEach(each -> values.add(value(each)));
    return values;
  }

  @Override
  public Object dict(Expr.DictOf node) {
    Dict dict = new Dict();
    for (Expr.Pair pair : node.pairs()) {
      Object key = value(pair.key());
      dict.put(key, value(pair.value()));
    }
    return dict;
  }

  @Override
  public Object attribute(Expr.Attribute node) {
    return Subscripts.attribute(value(node.of()), node.name(), rendering);
  }

  @Override
  public Object item(Expr.Item node) {
    Object of = value(node.of());
    if (node.index() instanceof Expr.Slice slice) {
      Object from = slice.from() == null ? null : value(slice.from());
      Object to = slice.to() == null ? null : value(slice.to());
      Object step = slice.step() == null ? null : value(slice.step());
      return Slices.of(of, from, to, step, rendering.budget());
    }
    return Subscripts.item(of, value(node.index()), rendering);
  }

  @Override
  public Object slice(Expr.Slice node) {
    throw new Problem("a slice stands alone within brackets");
  }

  @Override
  public Object call(Expr.Invocation node) {
    Object function = value(node.of());
    return call(function, arguments(node.arguments()));
  }

  /** Calls a value, which has to be a function. */
  Object call(Object function, Arguments arguments) {
    Undefined.refuse(function);
    if (function instanceof Callable callable) {
      return callable.call(arguments, rendering);
    }
    throw new Problem(Types.a(function) + " can't be called");
  }

  Arguments arguments(Call.Arguments given) {
    return arguments(given, Map.of());
  }

  /**
   * @param more named ones, after those that are written out
   */
  Arguments arguments(Call.Arguments given, Map<String, Object> more) {
    List<Object> positional = values(given.positional());
    Map<String, Object> named = new LinkedHashMap<>();
    for (Call.Named each : given.named()) {
      if (named.containsKey(each.name())) {
        throw new Problem("the argument `" + each.name() + "` is given twice");
      }
      named.put(each.name(), value(each.value()));
    }
    named.putAll(more);
    if (given.rest() != null) {
      positional.addAll(Items.list(value(given.rest()), rendering.budget()));
    }
    if (given.namedRest() != null) {
      addAll(named, value(given.namedRest()));
    }
    return new Arguments(positional, named);
  }

  private static void addAll(Map<String, Object> named, Object rest) {
    if (!(rest instanceof Dict dict)) {
      throw new Problem("what follows ** has to be a dict, not " + Types.a(rest));
    }
    for (Dict.Entry entry : dict.entries()) {
      if (!(entry.key() instanceof String name) || named.containsKey(name)) {
        throw new Problem("the keys of what follows ** have to be names that aren't given yet");
      }
      named.put(name, entry.value());
    }
  }

  @Override
  public Object filter(Expr.Filter node) {
    return filtered(node, node.value() == null ? null : value(node.value()));
  }

  /** Applies one or more filters to a block's text. */
  Object blockFilter(Expr filter, Object text) {
    Expr.Filter node = (Expr.Filter) filter;
    try {
      Object value = node.value() == null ? text : blockFilter(node.value(), text);
      return filtered(node, value);
    } catch (Problem e) {
      throw e.in(node.at());
    }
  }

  private Object filtered(Expr.Filter node, Object value) {
    Arguments arguments = arguments(node.arguments());
    return Filters.apply(node.name(), value, arguments, rendering);
  }

  @Override
  public Object test(Expr.Test node) {
    Object value = value(node.value());
    return Tests.apply(node.name(), value, arguments(node.arguments()), rendering);
  }

  @Override
  public Object unary(Expr.Unary node) {
    Object value = value(node.value());
    return node.operator().equals("not")
        ? (Object) !Types.isTrue(value)
        : Operators.unary(node.operator(), value, rendering.budget());
  }

  @Override
  public Object binary(Expr.Binary node) {
    Object left = value(node.left());
    return Operators.binary(node.operator(), left, value(node.right()), rendering);
  }

  @Override
  public Object logical(Expr.Logical node) {
    Object left = value(node.left());
    return Types.isTrue(left) == node.and() ? value(node.right()) : left;
  }

  @Override
  public Object comparison(Expr.Comparison node) {
    Object left = value(node.first());
    Object result = true;
    for (Expr.Operand operand : node.others()) {
      Object right = value(operand.value());
      result = Operators.compare(operand.operator(), left, right, rendering.budget());
      if (!Types.isTrue(result)) {
        return result;
      }
      left = right;
    }
    return result;
  }

  @Override
  public Object concat(Expr.Concat node) {
    List<Object> parts = values(node.parts());
    boolean markup = rendering.escapes() && parts.stream().anyMatch(part -> part instanceof Markup);
    Output output = new Output(rendering.budget());
    for (Object part : parts) {
      output.write(
          markup
              ? Markup.escape(part, rendering.budget()).text()
              : Repr.str(part, rendering.budget()));
    }
    return markup ? new Markup(output.text()) : output.text();
  }

  @Override
  public Object conditional(Expr.Conditional node) {
    if (isTrue(node.test())) {
      return value(node.then());
    }
    return node.otherwise() == null
        ? new Undefined("the condition is false, and there is no `else`", true)
        : value(node.otherwise());
  }
}
