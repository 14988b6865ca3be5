package io.herd.udfs.grammar;

import java.util.List;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Numbers except some.
 *
 * @param not all ways to write what is left out
 */
record ExceptSchema(Schema numbers, List<Automaton> not, String place) implements Schema {

  @Override
  public Set<Kind> kinds() {
    return numbers.kinds();
  }

  @Override
  public Automaton texts(Languages languages) {
    Automaton texts = numbers.texts(languages);
    for (Automaton each : not) {
      texts =
          languages.reduced(
              languages.difference(texts, languages.deterministic(each, place), place), place);
    }
    return texts;
  }

  @Override
  public ColumnType columnType() {
    return numbers.columnType();
  }

  @Override
  public boolean spelledOnce() {
    return false;
  }
}
