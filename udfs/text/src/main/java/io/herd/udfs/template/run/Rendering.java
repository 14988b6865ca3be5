package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Undefined;
import java.util.function.Function;
import java.util.function.Supplier;

/** The context of one rendering: its variables, its bounds, its position. */
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

  /**
   * Returns whether printed values are escaped here: in jinja2 the position of the print statement
   * decides.
   */
  boolean escapes() {
    return escapes;
  }

  /** Runs a body under another {@code autoescape}. */
  <T> T escaping(boolean on, Supplier<T> body) {
    boolean outer = escapes;
    escapes = on;
    try {
      return body.get();
    } finally {
      escapes = outer;
    }
  }

  /** Returns the value of a name at this position. */
  Object variable(String name) {
    Object value = scope.has(name) ? scope.get(name) : variables.get(name);
    return value == Scope.UNSET || value == Variables.NONE
        ? Undefined.because("`" + name + "` is undefined")
        : value;
  }

  /** Runs a body in another scope. */
  <T> T in(Scope inner, Function<Scope, T> body) {
    Scope outer = scope;
    scope = inner;
    try {
      return body.apply(inner);
    } finally {
      scope = outer;
    }
  }

  /** Runs a body whose output is captured. */
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
