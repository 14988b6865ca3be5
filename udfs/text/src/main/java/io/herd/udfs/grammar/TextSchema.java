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

  /** The kinds of rules. */
  enum Meaning {
    /** A regular expression that is found in each string. */
    FOUND,
    /** A regular expression that isn't found in any string; the strings are ASCII then. */
    NOT_FOUND,
    /** A format, by its name. */
    FORMAT,
    /** A text that no string equals. */
    NOT
  }

  /** One rule. */
  record Rule(Meaning meaning, String text) {}

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.STRING);
  }

  @Override
  public Automaton texts(Languages languages) {
    Automaton quote = Languages.literal("\"");
    return languages.concatenation(quote, inner(languages), quote);
  }

  /** Caches automata: large schemas have hundreds of strings. */
  private static final class Made {
    static final Automaton CHARACTER =
        Utf8.of(
            new Languages(new Effort("a character")),
            JsonTexts.escaped(Languages.anyChar()),
            "a character");
  }

  private Automaton inner(Languages languages) {
    if (rules.isEmpty()) {
      return Repetition.of(languages, Made.CHARACTER, least, most, place);
    }
    Automaton values = values(languages);
    if (least > 0 || most >= 0) {
      Automaton lengths = Repetition.of(languages, Languages.anyChar(), least, most, place);
      values = languages.reduced(languages.intersection(values, lengths, place), place);
    }
    return Utf8.of(languages, JsonTexts.escaped(values), place);
  }

  private Automaton values(Languages languages) {
    Automaton values = null;
    for (Rule rule : rules) {
      Automaton one = values(languages, rule);
      values =
          values == null
              ? one
              : languages.reduced(languages.intersection(values, one, place), place);
    }
    return values;
  }

  /**
   * A pattern's matches are a lower bound, because readers differ; so its non-matches are known for
   * ASCII only.
   */
  private Automaton values(Languages languages, Rule rule) {
    return switch (rule.meaning()) {
      case FOUND -> RegexParser.found(languages, rule.text(), place);
      case FORMAT -> RegexParser.whole(languages, Formats.regex(rule.text()).orElseThrow(), place);
      case NOT_FOUND ->
          languages.reduced(
              languages.difference(
                  Repetition.of(languages, Languages.oneOf(CharSets.printable()), 0, -1, place),
                  RegexParser.found(languages, rule.text(), place),
                  place),
              place);
      case NOT ->
          languages.reduced(
              languages.difference(
                  Repetition.of(languages, Languages.anyChar(), 0, -1, place),
                  Languages.codePoints(rule.text()),
                  place),
              place);
    };
  }

  @Override
  public ColumnType columnType() {
    return ColumnType.TEXT;
  }

  /** Some validators treat a format as a note, so other texts are valid to them. */
  @Override
  public boolean spelledOnce() {
    return rules.stream()
        .allMatch(rule -> rule.meaning() == Meaning.FOUND || rule.meaning() == Meaning.NOT);
  }
}
