package io.herd.udfs.template;

import io.herd.udfs.template.syntax.Expr;
import io.herd.udfs.template.syntax.Node;
import io.herd.udfs.template.syntax.Signature;
import io.herd.udfs.template.syntax.Stmt;
import io.herd.udfs.template.syntax.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The columns and fields that a template reads, found in its tree: names are followed through loops
 * and assignments. Of a value whose shape isn't known, such as what a filter gives, anything may be
 * read.
 */
public final class TemplateReads {
  private final Shape row;
  private final Set<String> assigned = new HashSet<>(); // anywhere, for macros
  private final Set<String> columns = new TreeSet<>();
  private final List<Read> lacking = new ArrayList<>();
  private final ExpressionReads expressions;

  /**
   * A name that an expression reads, with what follows it.
   *
   * @param path as the template has it: {@code author.name}
   * @param shape of what is there
   * @param within what lacks it; null when it is there
   * @param column whether the path is that of a column
   */
  public record Read(String path, Shape shape, Read within, boolean column) {
    Read field(String name) {
      Shape field =
          switch (shape.kind()) {
            case STRUCT -> shape.fields().get(name);
            case MAP -> shape.items();
            case ARRAY -> null;
            default -> Shape.ANY;
          };
      String full = path.isEmpty() ? name : path + "." + name;
      return new Read(
          full, field == null ? Shape.ANY : field, field == null ? this : null, path.isEmpty());
    }

    Read item(String index) {
      Shape item = shape.items() == null ? Shape.ANY : shape.items();
      return new Read(path + "[" + index + "]", item, null, false);
    }

    Read as(Shape other) {
      return new Read(path, other, null, false);
    }
  }

  private TemplateReads(Shape row, Set<String> functions) {
    this.row = row;
    this.expressions = new ExpressionReads(functions, this::column, this::note);
  }

  /** Analyses a template for rows of a given shape. */
  static TemplateReads of(List<Stmt> template, Shape row, Set<String> functions) {
    TemplateReads reads = new TemplateReads(row, functions);
    template.forEach(statement -> reads.assigned.addAll(names(statement)));
    reads.all(template, new HashMap<>());
    return reads;
  }

  /** Returns the variables that the template doesn't set itself. */
  public Set<String> columns() {
    return columns;
  }

  /** Returns the first name that a row of that shape doesn't have. */
  public Optional<Read> lacking() {
    return lacking.stream().findFirst();
  }

  private Read column(String name) {
    columns.add(name);
    return new Read("", row, null, false).field(name);
  }

  private void note(Read read) {
    if (read.within() != null) {
      lacking.add(read);
    }
  }

  private static Set<String> names(Node node) {
    Set<String> names = new HashSet<>();
    node.walk(
        part -> {
          if (part instanceof Target.Variable variable) {
            names.add(variable.name());
          }
        });
    return names;
  }

  /**
   * @param locals the shapes of the variables that the template has set so far
   */
  private void all(List<Stmt> body, Map<String, Shape> locals) {
    body.forEach(statement -> statement(statement, locals));
  }

  private void statement(Stmt statement, Map<String, Shape> locals) {
    if (statement instanceof Stmt.For node) {
      loop(node, locals);
    } else if (statement instanceof Stmt.If node) {
      for (Stmt.Branch branch : node.branches()) {
        expressions.read(branch.test(), locals);
        all(branch.body(), locals);
      }
      all(node.otherwise(), locals);
    } else if (statement instanceof Stmt.Assign node) {
      set(node.target(), expressions.read(node.value(), locals), locals);
    } else if (statement instanceof Stmt.Macro node) {
      locals.put(node.name().name(), Shape.ANY);
      function(node.signature(), node.body(), locals);
    } else if (statement instanceof Stmt.CallBlock node) {
      expressions.read(node.call(), locals);
      function(node.signature(), node.body(), locals);
    } else {
      body(statement, locals);
    }
  }

  private void body(Stmt statement, Map<String, Shape> locals) {
    Map<String, Shape> inner = new HashMap<>(locals);
    if (statement instanceof Stmt.With node) {
      for (int i = 0; i < node.targets().size(); i++) {
        set(node.targets().get(i), expressions.read(node.values().get(i), locals), inner);
      }
    }
    for (Node child : statement.children()) {
      if (child instanceof Stmt each) {
        statement(each, inner);
      } else if (child instanceof Expr expression && !(statement instanceof Stmt.With)) {
        expressions.read(expression, locals);
      }
    }
    if (statement instanceof Stmt.Capture node) {
      set(node.target(), Shape.ANY, locals);
    }
  }

  private void loop(Stmt.For node, Map<String, Shape> locals) {
    Shape items = expressions.read(node.items(), locals);
    Map<String, Shape> inner = new HashMap<>(locals);
    inner.put("loop", Shape.ANY);
    Shape item = items.kind() == Shape.Kind.ARRAY ? items.items() : Shape.ANY;
    set(node.target(), item, inner);
    boolean pair = node.target() instanceof Target.Several several && several.targets().size() == 2;
    if (pair && item.kind() == Shape.Kind.MAP) { // of a map's items()
      set(((Target.Several) node.target()).targets().get(1), item.items(), inner);
    }
    if (node.test() != null) {
      expressions.read(node.test(), inner);
    }
    all(node.body(), inner);
    all(node.otherwise(), new HashMap<>(locals));
  }

  private static void set(Target target, Shape shape, Map<String, Shape> locals) {
    if (target instanceof Target.Variable variable) {
      locals.put(variable.name(), shape);
    } else {
      names(target).forEach(name -> locals.put(name, Shape.ANY));
    }
  }

  /** A body that is called later sees everything that is set until then. */
  private void function(Signature signature, List<Stmt> body, Map<String, Shape> locals) {
    Map<String, Shape> inner = new HashMap<>(locals);
    assigned.forEach(name -> inner.putIfAbsent(name, Shape.ANY));
    Set.of("caller", "varargs", "kwargs").forEach(name -> inner.put(name, Shape.ANY));
    signature.defaults().forEach(value -> expressions.read(value, inner));
    names(signature).forEach(name -> inner.put(name, Shape.ANY));
    all(body, inner);
  }
}
