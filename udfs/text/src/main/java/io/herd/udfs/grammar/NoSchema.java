package io.herd.udfs.grammar;

import java.util.List;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * No values: contradictions, and nesting beyond the maximum depth.
 *
 * @param kinds the types of values that are valid, though they aren't written
 * @param why for messages
 */
record NoSchema(Set<Kind> kinds, String why) implements Schema {

  @Override
  public Automaton texts(Languages languages) {
    return languages.union(List.of());
  }

  @Override
  public ColumnType columnType() {
    return null;
  }

  @Override
  public boolean spelledOnce() {
    return false;
  }
}
