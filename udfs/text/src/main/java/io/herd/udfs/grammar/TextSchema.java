package io.herd.udfs.grammar;

import java.util.List;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Strings.
 *
 * @param least code points at least
 * @param most code points at most, or -1
 * @param rules what else holds for each
 * @param place where it stands, for messages
 */
record TextSchema(int least, int most, List<Rule> rules, String place) implements Schema {

  /** What a rule of strings is. */
  enum Meaning {
    /** A regular expression that is found in each. */
    FOUND,
    /** A regular expression that isn't found in any, which are ASCII then. */
    NOT_FOUND,
    /** A format, by its name. */
    FORMAT,
    /** A text that none is. */
    NOT
  }

  /** One rule. */
  record Rule(Meaning meaning, String text) {}

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.STRING);
  }

  @Override
  public Automaton texts() {
    Automaton quote = Languages.literal("\"");
    return Languages.concatenation(quote, inner(), quote);
  }

  /** Made once: large schemas have hundreds of strings. */
  private static final class Made {
    static final Automaton CHARACTER =
        Utf8.of(JsonTexts.escaped(Languages.anyChar()), "a character");
  }

  private Automaton inner() {
    if (rules.isEmpty()) {
      return Repetition.of(Made.CHARACTER, least, most, place);
    }
    Automaton values = values();
    if (least > 0 || most >= 0) {
      Automaton lengths = Repetition.of(Languages.anyChar(), least, most, place);
      values = Languages.reduced(Languages.intersection(values, lengths, place), place);
    }
    return Utf8.of(JsonTexts.escaped(values), place);
  }

  private Automaton values() {
    Automaton values = null;
    for (Rule rule : rules) {
      Automaton one = values(rule);
      values =
          values == null
              ? one
              : Languages.reduced(Languages.intersection(values, one, place), place);
    }
    return values;
  }

  /**
   * What a pattern matches is a lower bound, because readers differ; so what it doesn't match is
   * only known of ASCII.
   */
  private Automaton values(Rule rule) {
    return switch (rule.meaning()) {
      case FOUND -> RegexParser.found(rule.text(), place);
      case FORMAT -> RegexParser.whole(Formats.regex(rule.text()).orElseThrow(), place);
      case NOT_FOUND ->
          Languages.reduced(
              Languages.difference(
                  Repetition.of(Languages.oneOf(CharSets.printable()), 0, -1, place),
                  RegexParser.found(rule.text(), place),
                  place),
              place);
      case NOT ->
          Languages.reduced(
              Languages.difference(
                  Repetition.of(Languages.anyChar(), 0, -1, place),
                  Languages.codePoints(rule.text()),
                  place),
              place);
    };
  }

  @Override
  public ColumnType columnType() {
    return ColumnType.TEXT;
  }

  /** A format is only a note to some validators, so that other texts are valid to them. */
  @Override
  public boolean spelledOnce() {
    return rules.stream()
        .allMatch(rule -> rule.meaning() == Meaning.FOUND || rule.meaning() == Meaning.NOT);
  }
}
