package io.herd.udfs.grammar;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A schema with its position in the document.
 *
 * @param at its place, for messages
 * @param followed the references on the way to it, each as often as it was followed
 * @param scopes places above it with {@code unevaluatedProperties}, which look at its properties
 */
record Part(JsonElement schema, String at, List<String> followed, Set<String> scopes) {
  static final String ROOT = "#";

  static Part root(JsonElement schema) {
    return new Part(schema, ROOT, List.of(ROOT), Set.of());
  }

  /** Returns a schema of a value inside this one's value. */
  Part inside(JsonElement other, String step) {
    return new Part(other, at + "/" + step, followed, Set.of());
  }

  /** Returns another schema of this one's value. */
  Part beside(JsonElement other, String step) {
    return new Part(other, at + "/" + step, followed, scopes);
  }

  /** Returns the target of a reference. */
  Part referred(JsonElement target, String pointer) {
    List<String> more = new ArrayList<>(followed);
    more.add(pointer);
    return new Part(target, pointer, more, scopes);
  }

  Part scoped() {
    Set<String> more = new HashSet<>(scopes);
    more.add(at);
    return new Part(schema, at, followed, more);
  }

  int timesFollowed(String pointer) {
    return Collections.frequency(followed, pointer);
  }
}
