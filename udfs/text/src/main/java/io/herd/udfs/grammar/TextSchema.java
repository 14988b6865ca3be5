package io.herd.udfs.grammar;

import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Strings.
 *
 * @param least code points at least
 * @param most code points at most, or -1
 * @param pattern a regular expression that is found in each, or null
 * @param place where it stands, for messages
 */
record TextSchema(int least, int most, String pattern, String place) implements Schema {

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.STRING);
  }

  @Override
  public Automaton texts() {
    Automaton quote = Languages.literal("\"");
    return Languages.concatenation(quote, inner(), quote);
  }

  private Automaton inner() {
    if (pattern == null) {
      Automaton character = Languages.utf8(JsonTexts.escaped(Languages.anyChar()), place);
      return Languages.repeat(character, least, most, place);
    }
    Automaton values = RegexParser.found(pattern, place);
    if (least > 0 || most >= 0) {
      Automaton lengths = Languages.repeat(Languages.anyChar(), least, most, place);
      values = Languages.reduced(Languages.intersection(values, lengths, place), place);
    }
    return Languages.utf8(JsonTexts.escaped(values), place);
  }

  @Override
  public String sparkType() {
    return SparkTypes.TEXT;
  }

  @Override
  public boolean spelledOnce() {
    return true;
  }
}
