package io.herd.udfs.grammar;

import java.math.BigInteger;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/** Whole numbers between two bounds, which are among them and fit 64 bits. */
record IntegerSchema(BigInteger least, BigInteger most) implements Schema {

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.NUMBER);
  }

  @Override
  public Automaton texts() {
    return Numerals.integers(least, most);
  }

  @Override
  public String sparkType() {
    return SparkTypes.WHOLE;
  }

  @Override
  public boolean spelledOnce() {
    return true;
  }
}
