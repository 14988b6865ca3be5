package io.herd.udfs.template.run;

import io.herd.udfs.template.syntax.Expr;
import io.herd.udfs.template.syntax.Signature;
import io.herd.udfs.template.syntax.Stmt;
import io.herd.udfs.template.syntax.Target;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Namespace;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Executes statements. */
final class Statements implements Stmt.Visitor<Flow> {
  private final Rendering rendering;

  Statements(Rendering rendering) {
    this.rendering = rendering;
  }

  /** Runs a body's statements until one leaves it. */
  Flow run(List<Stmt> body) {
    for (Stmt statement : body) {
      rendering.budget().step();
      Flow flow = statement.accept(this);
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  private Scope inner(List<Stmt> body) {
    return new Scope(rendering.scope(), rendering.frames().unset(body));
  }

  /** Returns the text that a body writes when it is called. */
  Object text(List<Stmt> body, Scope scope, Consumer<Scope> before) {
    Output output = new Output(rendering.budget());
    rendering.budget().enter();
    rendering.into(
        output,
        () ->
            rendering.in(
                scope,
                entered -> {
                  before.accept(entered);
                  return run(body);
                }));
    rendering.budget().leave();
    return written(output);
  }

  private Object written(Output output) {
    return rendering.autoescape() ? new Markup(output.text()) : output.text();
  }

  @Override
  public Flow data(Stmt.Data node) {
    rendering.output().write(node.text());
    return Flow.ON;
  }

  @Override
  public Flow print(Stmt.Print node) {
    Object value = rendering.expressions().value(node.value());
    if (rendering.isStrict()) {
      refuseNothing(value, node.value());
    }
    try {
      write(value);
    } catch (Problem e) {
      throw e.in(node.value().at());
    }
    return Flow.ON;
  }

  private void write(Object value) {
    String text =
        rendering.escapes()
            ? Markup.escape(value, rendering.budget()).text()
            : Repr.str(value, rendering.budget());
    rendering.output().write(text);
  }

  /** Requires a text from a block, because it isn't printed. */
  private void writeText(Object value) {
    if (!Types.isText(value)) {
      throw new Problem("a block's text can't be " + Types.a(value));
    }
    rendering.output().write(Types.text(value));
  }

  private static void refuseNothing(Object value, Expr expression) {
    if (value == null || (value instanceof Undefined undefined && !undefined.blank())) {
      throw new Problem(value == null ? Template.NULL : Template.UNDEFINED, expression.at());
    }
  }

  @Override
  public Flow conditional(Stmt.If node) {
    for (Stmt.Branch branch : node.branches()) {
      if (rendering.expressions().isTrue(branch.test())) {
        return run(branch.body());
      }
    }
    return run(node.otherwise());
  }

  @Override
  public Flow loop(Stmt.For node) {
    return new Loops(rendering, node).run();
  }

  @Override
  public Flow leave(Stmt.Leave node) {
    return node.whole() ? Flow.BREAK : Flow.CONTINUE;
  }

  @Override
  public Flow assign(Stmt.Assign node) {
    assign(node.target(), rendering.expressions().value(node.value()));
    return Flow.ON;
  }

  void assign(Target target, Object value) {
    try {
      if (target instanceof Target.Variable variable) {
        rendering.scope().set(variable.name(), value);
      } else if (target instanceof Target.Attribute attribute) {
        attribute(attribute, value);
      } else if (target instanceof Target.Several several) {
        unpack(several, value);
      }
    } catch (Problem e) {
      throw e.in(target.at());
    }
  }

  private void attribute(Target.Attribute target, Object value) {
    if (!(rendering.expressions().value(target.namespace()) instanceof Namespace namespace)) {
      throw new Problem("only a namespace's attributes can be set");
    }
    namespace.set(target.name(), value);
  }

  private void unpack(Target.Several several, Object value) {
    List<Object> items = Items.list(value, rendering.budget());
    if (items.size() != several.targets().size()) {
      throw new Problem(
          several.targets().size() + " variables are given " + items.size() + " values");
    }
    for (int i = 0; i < items.size(); i++) {
      assign(several.targets().get(i), items.get(i));
    }
  }

  /** Runs a body and captures its text; null when the body was left early. */
  private Output captured(List<Stmt> body) {
    Output output = new Output(rendering.budget());
    Flow flow = rendering.into(output, () -> run(body));
    if (flow != Flow.ON) {
      leaving = flow;
      return null;
    }
    return output;
  }

  private Flow leaving = Flow.ON; // how the body was left that was captured last

  @Override
  public Flow capture(Stmt.Capture node) {
    Object[] value = new Object[1];
    Flow flow =
        rendering.in(
            inner(node.body()),
            scope -> {
              Output output = captured(node.body());
              if (output == null) {
                return leaving;
              }
              Object text = node.filter() == null ? output.text() : filtered(node.filter(), output);
              value[0] =
                  rendering.autoescape() && Types.isText(text)
                      ? new Markup(Types.text(text))
                      : text;
              return Flow.ON;
            });
    if (flow == Flow.ON) {
      assign(node.target(), value[0]);
    }
    return flow;
  }

  private Object filtered(Expr filter, Output output) {
    Object text = rendering.escapes() ? new Markup(output.text()) : output.text();
    return rendering.expressions().blockFilter(filter, text);
  }

  @Override
  public Flow with(Stmt.With node) {
    List<Object> values = new ArrayList<>();
    node.values().forEach(value -> values.add(rendering.expressions().value(value)));
    return rendering.in(
        inner(node.body()),
        scope -> {
          for (int i = 0; i < values.size(); i++) {
            assign(node.targets().get(i), values.get(i));
          }
          return run(node.body());
        });
  }

  @Override
  public Flow macro(Stmt.Macro node) {
    String name = node.name().name();
    Scope scope = rendering.scope();
    scope.set(name, new Macro(name, node.signature(), node.body(), rendering));
    return Flow.ON;
  }

  @Override
  public Flow callBlock(Stmt.CallBlock node) {
    Macro caller = new Macro(null, node.signature(), node.body(), rendering);
    Expressions expressions = rendering.expressions();
    Object function = expressions.value(node.call().of());
    Map<String, Object> more = Map.of("caller", caller);
    Arguments given = expressions.arguments(node.call().arguments(), more);
    try {
      writeText(expressions.call(function, given));
    } catch (Problem e) {
      throw e.in(node.call().at());
    }
    return Flow.ON;
  }

  @Override
  public Flow filterBlock(Stmt.FilterBlock node) {
    return rendering.in(
        inner(node.body()),
        scope -> {
          Output output = captured(node.body());
          if (output == null) {
            return leaving;
          }
          try {
            writeText(filtered(node.filter(), output));
          } catch (Problem e) {
            throw e.in(node.filter().at());
          }
          return Flow.ON;
        });
  }

  @Override
  public Flow autoescape(Stmt.Autoescape node) {
    boolean outer = rendering.autoescape();
    rendering.autoescape(node.on());
    Flow flow =
        rendering.escaping(
            node.on(), () -> rendering.in(inner(node.body()), scope -> run(node.body())));
    rendering.autoescape(outer);
    return flow;
  }

  @Override
  public Flow block(Stmt.Block node) {
    Scope outer = node.scoped() ? rendering.scope() : rendering.scope().exported();
    Set<String> unset = rendering.frames().unset(node.body());
    return rendering.escaping(
        false, () -> rendering.in(new Scope(outer, unset), scope -> run(node.body())));
  }

  @Override
  public Flow generation(Stmt.Generation node) {
    Macro body = new Macro(null, Signature.NONE, node.body(), rendering);
    rendering.output().write(Types.text(body.call(Arguments.NONE, rendering)));
    return Flow.ON;
  }
}
