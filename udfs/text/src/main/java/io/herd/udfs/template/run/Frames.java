package io.herd.udfs.template.run;

import io.herd.udfs.template.syntax.Expr;
import io.herd.udfs.template.syntax.Node;
import io.herd.udfs.template.syntax.Signature;
import io.herd.udfs.template.syntax.Stmt;
import io.herd.udfs.template.syntax.Target;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the names that each body sets before it reads them. jinja2 decides that before rendering:
 * such a name is undefined in the body until it is set, even where the caller gives a variable of
 * that name.
 */
final class Frames {
  private final IdentityHashMap<List<Stmt>, Set<String>> unset = new IdentityHashMap<>();

  private Frames() {}

  static Frames of(List<Stmt> template) {
    Frames frames = new Frames();
    frames.body(template, Set.of(), Set.of());
    return frames;
  }

  /** Returns the names that a body hides from its beginning. */
  Set<String> unset(List<Stmt> body) {
    return unset.getOrDefault(body, Set.of());
  }

  /** Analyses one body: first its own names, then the nested bodies, which see them all. */
  private void body(List<Stmt> body, Set<String> around, Set<String> parameters) {
    Names names = new Names(around, parameters);
    body.forEach(names::statement);
    if (!names.unset.isEmpty()) {
      unset.put(body, names.unset);
    }
    Set<String> known = new HashSet<>(around);
    known.addAll(names.seen);
    body.forEach(each -> inner(each, known));
  }

  private void inner(Stmt statement, Set<String> known) {
    if (statement instanceof Stmt.If node) {
      node.branches().forEach(branch -> branch.body().forEach(each -> inner(each, known)));
      node.otherwise().forEach(each -> inner(each, known));
    } else if (statement instanceof Stmt.For node) {
      Set<String> parameters = variables(node.target());
      parameters.add("loop");
      body(node.body(), known, parameters);
      body(node.otherwise(), known, Set.of());
    } else if (statement instanceof Stmt.Macro node) {
      body(node.body(), known, parameters(node.signature()));
    } else if (statement instanceof Stmt.CallBlock node) {
      body(node.body(), known, parameters(node.signature()));
    } else if (statement instanceof Stmt.With node) {
      Set<String> parameters = new HashSet<>();
      node.targets().forEach(target -> parameters.addAll(variables(target)));
      body(node.body(), known, parameters);
    } else if (statement instanceof Stmt.Block node) {
      body(node.body(), Set.of(), Set.of());
    } else {
      plain(statement, known);
    }
  }

  private void plain(Stmt statement, Set<String> known) {
    if (statement instanceof Stmt.Capture node) {
      body(node.body(), known, Set.of());
    } else if (statement instanceof Stmt.FilterBlock node) {
      body(node.body(), known, Set.of());
    } else if (statement instanceof Stmt.Autoescape node) {
      body(node.body(), known, Set.of());
    } else if (statement instanceof Stmt.Generation node) {
      body(node.body(), known, Set.of());
    }
  }

  private static Set<String> parameters(Signature signature) {
    Set<String> names = new HashSet<>(Set.of("caller", "varargs", "kwargs"));
    signature.parameters().forEach(parameter -> names.add(parameter.name()));
    return names;
  }

  static Set<String> variables(Node target) {
    Set<String> names = new LinkedHashSet<>();
    target.walk(
        node -> {
          if (node instanceof Target.Variable variable) {
            names.add(variable.name());
          }
        });
    return names;
  }

  /** The names of one body, without those of nested bodies. */
  private static final class Names {
    final Set<String> seen;
    final Set<String> unset = new HashSet<>();
    private final Set<String> around;
    private int branches;

    Names(Set<String> around, Set<String> parameters) {
      this.around = around;
      this.seen = new HashSet<>(parameters);
    }

    void statement(Stmt statement) {
      if (statement instanceof Stmt.If node) {
        conditional(node);
      } else if (statement instanceof Stmt.For node) {
        read(node.items());
      } else if (statement instanceof Stmt.Macro node) {
        write(node.name());
      } else if (statement instanceof Stmt.CallBlock node) {
        read(node.call());
      } else if (statement instanceof Stmt.FilterBlock node) {
        read(node.filter());
      } else if (statement instanceof Stmt.With node) {
        node.values().forEach(this::read);
      } else if (statement instanceof Stmt.Capture node) {
        write(node.target());
      } else if (statement instanceof Stmt.Assign node) {
        read(node.value());
        write(node.target());
      } else if (statement instanceof Stmt.Print node) {
        read(node.value());
      }
    }

    private void conditional(Stmt.If node) {
      read(node.branches().get(0).test());
      branches++;
      for (int i = 0; i < node.branches().size(); i++) {
        if (i > 0) {
          read(node.branches().get(i).test());
        }
        node.branches().get(i).body().forEach(this::statement);
      }
      node.otherwise().forEach(this::statement);
      branches--;
    }

    private void read(Node node) {
      node.walk(
          part -> {
            if (part instanceof Expr.Name name) {
              seen.add(name.name());
            }
          });
    }

    private void write(Node target) {
      read(target); // namespaces
      for (String name : variables(target)) {
        if (seen.add(name) && branches == 0 && !around.contains(name)) {
          unset.add(name);
        }
      }
    }
  }
}
