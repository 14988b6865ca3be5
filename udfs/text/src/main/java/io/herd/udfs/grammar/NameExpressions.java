package io.herd.udfs.grammar;

import io.herd.udfs.UserException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Matches untrusted regular expressions against ASCII names. Matching takes a step a character, and
 * compiling all of them together is bounded, which neither is in Java's own.
 */
public final class NameExpressions {
  private final Languages languages;
  private final String place;
  private final Map<String, Automaton> compiled = new HashMap<>();

  /**
   * @param place where they stand, for messages
   */
  public NameExpressions(String place) {
    this.languages = new Languages(new Effort(place));
    this.place = place;
  }

  /**
   * Returns whether a whole name matches.
   *
   * @throws UserException when the expression isn't regular, or takes too much to compile
   */
  public boolean match(String regex, String name) {
    return Languages.has(
        compiled.computeIfAbsent(regex, any -> RegexParser.whole(languages, any, place)), name);
  }
}
