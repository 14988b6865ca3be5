package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Undefined;
import java.util.function.Function;
import java.util.function.Supplier;

/** What one rendering of a template goes by: its variables, its bounds, where it is. */
final class Rendering {
  private final Budget budget = new Budget();
  private final Frames frames;
  private final Variables variables;
  private final boolean strict;
  private final Expressions expressions = new Expressions(this);
  private final Statements statements = new Statements(this);
  private Scope scope;
  private Output output = new Output(budget);
  private boolean autoescape; // by what runs
  private boolean escapes; // by where it is written

  /**
   * @param strict whether None and undefined names may not be printed
   */
  Rendering(Frames frames, Variables variables, boolean strict) {
    this.frames = frames;
    this.variables = variables;
    this.strict = strict;
  }

  Budget budget() {
    return budget;
  }

  Frames frames() {
    return frames;
  }

  Expressions expressions() {
    return expressions;
  }

  Statements statements() {
    return statements;
  }

  boolean isStrict() {
    return strict;
  }

  Scope scope() {
    return scope;
  }

  Output output() {
    return output;
  }

  boolean autoescape() {
    return autoescape;
  }

  void autoescape(boolean on) {
    autoescape = on;
  }

  /** Whether what is printed here is escaped: jinja2 decides that where the print is written. */
  boolean escapes() {
    return escapes;
  }

  /** Runs something that is written under another {@code autoescape}. */
  <T> T escaping(boolean on, Supplier<T> body) {
    boolean outer = escapes;
    escapes = on;
    try {
      return body.get();
    } finally {
      escapes = outer;
    }
  }

  /** The value of a name, as it can be read here. */
  Object variable(String name) {
    Object value = scope.has(name) ? scope.get(name) : variables.get(name);
    return value == Scope.UNSET || value == Variables.NONE
        ? Undefined.because("`" + name + "` is undefined")
        : value;
  }

  /** Runs something in another scope. */
  <T> T in(Scope inner, Function<Scope, T> body) {
    Scope outer = scope;
    scope = inner;
    try {
      return body.apply(inner);
    } finally {
      scope = outer;
    }
  }

  /** Runs something whose output is kept apart. */
  <T> T into(Output captured, Supplier<T> body) {
    Output outer = output;
    output = captured;
    try {
      return body.get();
    } finally {
      output = outer;
    }
  }
}
