package io.herd.udfs.grammar;

import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Decimal numbers of at most 15 digits, which a double reproduces exactly.
 *
 * @param least or null
 * @param most or null
 */
record NumberSchema(Numerals.Bound least, Numerals.Bound most) implements Schema {

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.NUMBER);
  }

  @Override
  public Automaton texts(Languages languages) {
    return Numerals.decimals(languages, least, most);
  }

  @Override
  public ColumnType columnType() {
    return ColumnType.REAL;
  }

  /** 1 equals 1.0, so there is more than one text. */
  @Override
  public boolean spelledOnce() {
    return false;
  }
}
