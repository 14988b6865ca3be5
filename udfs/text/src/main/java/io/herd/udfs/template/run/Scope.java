package io.herd.udfs.template.run;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The variables that a body sets; nested bodies can read outer ones. */
final class Scope {
  /** A name that the body sets later: the outer variable is hidden already. */
  static final Object UNSET = new Object();

  private final Scope outer; // null of the outermost
  private final Map<String, Object> variables = new HashMap<>();

  Scope(Scope outer, Set<String> unset) {
    this.outer = outer;
    unset.forEach(name -> variables.put(name, UNSET));
  }

  /** Returns the outermost scope. */
  Scope root() {
    return outer == null ? this : outer.root();
  }

  /**
   * Returns what the outermost scope has set so far: blocks see the caller's variables where it has
   * none yet.
   */
  Scope exported() {
    Scope exported = new Scope(null, Set.of());
    root()
        .variables
        .forEach(
            (name, value) -> {
              if (value != UNSET) {
                exported.set(name, value);
              }
            });
    return exported;
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  /** Returns whether this scope or an outer one sets the name. */
  boolean has(String name) {
    return variables.containsKey(name) || (outer != null && outer.has(name));
  }

  /** Returns the value of a set name; {@link #UNSET} before that. */
  Object get(String name) {
    return variables.containsKey(name) ? variables.get(name) : outer.get(name);
  }
}
