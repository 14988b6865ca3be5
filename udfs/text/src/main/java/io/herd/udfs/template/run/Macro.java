package io.herd.udfs.template.run;

import io.herd.udfs.template.syntax.Expr;
import io.herd.udfs.template.syntax.Node;
import io.herd.udfs.template.syntax.Signature;
import io.herd.udfs.template.syntax.Stmt;
import io.herd.udfs.template.syntax.Target;
import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Undefined;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A macro, or the body of a call block, with its visible variables. */
final class Macro implements Callable, Attributes.Owner, Repr.Shown {
  private static final Set<String> SPECIAL = Set.of("caller", "kwargs", "varargs");

  private final String name; // null for the body of a call block
  private final Signature signature;
  private final List<Stmt> body;
  private final Scope outer;
  private final boolean escapes;
  private final List<String> parameters = new ArrayList<>();
  private final Set<String> used; // of the special ones

  /** Creates a macro that is defined at a rendering's current position. */
  Macro(String name, Signature signature, List<Stmt> body, Rendering rendering) {
    this.name = name;
    this.signature = signature;
    this.body = body;
    this.outer = rendering.scope();
    this.escapes = rendering.escapes();
    signature.parameters().forEach(parameter -> parameters.add(parameter.name()));
    this.used = new Special().of(body);
    this.used.removeAll(parameters);
  }

  @Override
  public Object call(Arguments given, Rendering rendering) {
    Map<String, Object> named = new LinkedHashMap<>(given.named());
    Scope scope = new Scope(outer, rendering.frames().unset(body));
    List<Integer> open = bind(given.positional(), named, scope);
    if (used.contains("caller")) {
      Object caller = named.remove("caller");
      scope.set("caller", caller == null ? Undefined.because("no caller is defined") : caller);
    }
    if (used.contains("kwargs")) {
      Dict rest = new Dict();
      named.forEach(rest::put);
      scope.set("kwargs", rest);
    } else if (!named.isEmpty()) {
      throw new Problem("the macro takes no argument `" + named.keySet().iterator().next() + "`");
    }
    int count = parameters.size();
    List<Object> positional = given.positional();
    if (used.contains("varargs")) {
      int from = Math.min(count, positional.size());
      scope.set("varargs", new Tuple(positional.subList(from, positional.size())));
    } else if (positional.size() > count) {
      throw new Problem("the macro takes no more than " + count + " arguments");
    }
    return rendering.escaping(
        escapes,
        () -> rendering.statements().text(body, scope, inner -> defaults(open, inner, rendering)));
  }

  /** Binds the given arguments, and returns the remaining parameters. */
  private List<Integer> bind(List<Object> positional, Map<String, Object> named, Scope scope) {
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      if (i < positional.size()) {
        scope.set(parameter, positional.get(i));
      } else if (named.containsKey(parameter)) {
        scope.set(parameter, named.remove(parameter));
      } else {
        scope.set(parameter, Scope.UNSET);
        open.add(i);
      }
    }
    return open;
  }

  /** Evaluates defaults on each call; they see the earlier parameters. */
  private void defaults(List<Integer> open, Scope scope, Rendering rendering) {
    for (int parameter : open) {
      Expr value = signature.defaultOf(parameter);
      String called = parameters.get(parameter);
      scope.set(
          called,
          value == null
              ? Undefined.because("the parameter `" + called + "` was not provided")
              : rendering.expressions().value(value));
    }
  }

  @Override
  public Object attribute(String attribute, Rendering rendering) {
    return switch (attribute) {
      case "name" -> name;
      case "arguments" -> new Tuple(new ArrayList<>(parameters));
      case "catch_kwargs" -> used.contains("kwargs");
      case "catch_varargs" -> used.contains("varargs");
      case "caller" -> used.contains("caller");
      case "explicit_caller" -> parameters.contains("caller");
      default -> Attributes.ABSENT;
    };
  }

  @Override
  public String shown() {
    return name == null ? "<Macro anonymous>" : "<Macro '" + name + "'>";
  }

  /** Finds the special variables that a body reads before it sets them. */
  private static final class Special {
    private final Set<String> sought = new HashSet<>(SPECIAL);
    private final Set<String> found = new HashSet<>();

    Set<String> of(List<Stmt> body) {
      body.forEach(this::look);
      return found;
    }

    private void look(Node node) {
      if (node instanceof Expr.Name read && sought.contains(read.name())) {
        found.add(read.name());
      } else if (node instanceof Target.Variable written) {
        sought.remove(written.name());
      }
      if (!(node instanceof Stmt.Block)) {
        node.children().forEach(this::look);
      }
    }
  }
}
