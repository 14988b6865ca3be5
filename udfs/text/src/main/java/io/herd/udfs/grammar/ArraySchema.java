package io.herd.udfs.grammar;

import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Arrays.
 *
 * @param most items, or -1
 * @param place where it stands, for messages
 */
record ArraySchema(Schema item, int least, int most, String place) implements Schema {

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.ARRAY);
  }

  @Override
  public Automaton texts() {
    Automaton next =
        Languages.concatenation(
            Languages.literal(","), Languages.optional(Languages.literal(" ")), item.texts());
    Automaton items = Languages.repeat(Languages.deterministic(next, place), least, most, place);
    return Languages.concatenation(
        Languages.literal("["), Languages.withoutFirstComma(items), Languages.literal("]"));
  }

  @Override
  public String sparkType() {
    return SparkTypes.array(item.sparkType());
  }

  @Override
  public boolean spelledOnce() {
    return false;
  }
}
