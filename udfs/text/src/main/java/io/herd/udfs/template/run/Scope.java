package io.herd.udfs.template.run;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Variables that a body sets; those around it can be read from within. */
final class Scope {
  /** Of a name that the body sets later: what is further out is hidden already. */
  static final Object UNSET = new Object();

  private final Scope outer; // null of the outermost
  private final Map<String, Object> variables = new HashMap<>();

  Scope(Scope outer, Set<String> unset) {
    this.outer = outer;
    unset.forEach(name -> variables.put(name, UNSET));
  }

  /** The outermost. */
  Scope root() {
    return outer == null ? this : outer.root();
  }

  /** What the outermost has set by now: blocks see the caller's variables where it has none yet. */
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

  /** Whether this scope or one around it sets the name. */
  boolean has(String name) {
    return variables.containsKey(name) || (outer != null && outer.has(name));
  }

  /** The value of a name that is set; {@link #UNSET} before that. */
  Object get(String name) {
    return variables.containsKey(name) ? variables.get(name) : outer.get(name);
  }
}
