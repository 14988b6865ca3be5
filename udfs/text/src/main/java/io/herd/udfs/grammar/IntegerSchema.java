package io.herd.udfs.grammar;

import java.math.BigInteger;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Whole numbers between two inclusive 64-bit bounds.
 *
 * @param divisor of all of them
 */
record IntegerSchema(BigInteger least, BigInteger most, int divisor) implements Schema {

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.NUMBER);
  }

  @Override
  public Automaton texts(Languages languages) {
    Automaton all = Numerals.integers(languages, least, most);
    return divisor == 1
        ? all
        : languages.reduced(
            languages.intersection(all, Numerals.multiples(divisor), "multipleOf"), "multipleOf");
  }

  @Override
  public ColumnType columnType() {
    return ColumnType.WHOLE;
  }

  /** 1.0 is a whole number, too, but no text that is generated here equals another number. */
  @Override
  public boolean spelledOnce() {
    return true;
  }
}
