package io.herd.udfs.grammar;

import io.herd.udfs.UserException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.util.automaton.Automaton;

/**
 * The required format of every completion.
 *
 * @param kind how it is written down
 * @param sources the regex, the JSON text of the schema, or the texts to choose from
 */
public record Format(Kind kind, List<String> sources) implements Serializable {

  /** The ways to define a format. */
  public enum Kind {
    REGEX("regex"),
    /** A regular expression for text that continues a prompt's last word. */
    CONTINUATION("regex"),
    JSON_SCHEMA("json-schema"),
    CHOICE("choice");

    private final String key;

    Kind(String key) {
      this.key = key;
    }

    /** Returns the configuration key. */
    public String key() {
      return "herd.format." + key;
    }
  }

  public Format {
    sources = List.copyOf(sources);
    if (sources.isEmpty() || (kind != Kind.CHOICE && sources.size() > 1)) {
      throw new IllegalArgumentException(kind + " of " + sources.size() + " sources");
    }
  }

  /** Restricts completions to complete matches of a regular expression; see {@link RegexParser}. */
  public static Format regex(String regex) {
    return new Format(Kind.REGEX, List.of(regex));
  }

  /** Restricts completions that continue a text, so that decoding keeps a leading space. */
  public static Format continuation(String regex) {
    return new Format(Kind.CONTINUATION, List.of(regex));
  }

  /** Returns whether a completion begins a text, whose leading space decoding may drop. */
  boolean beginsText() {
    return kind != Kind.CONTINUATION;
  }

  /** Restricts completions to JSON that is valid by a schema. */
  public static Format jsonSchema(String json) {
    return new Format(Kind.JSON_SCHEMA, List.of(json));
  }

  /** Restricts completions to one of some texts. */
  public static Format choice(List<String> texts) {
    return new Format(Kind.CHOICE, texts);
  }

  /**
   * Returns the Spark type of the completions' values; empty unless they are JSON.
   *
   * @throws UserException when the schema can't be kept to
   */
  public Optional<ParsedColumn> column() {
    return kind == Kind.JSON_SCHEMA
        ? Optional.of(new ParsedColumn(schema().schema().columnType()))
        : Optional.empty();
  }

  /**
   * Returns the countable fields of the values; empty unless they are JSON objects.
   *
   * @throws UserException when the schema can't be kept to
   */
  public List<CountedField> countedFields() {
    return kind == Kind.JSON_SCHEMA ? CountedField.of(schema().schema()) : List.of();
  }

  /**
   * Returns sentences about parts of the definition that have no effect.
   *
   * @throws UserException when the schema can't be kept to
   */
  public List<String> warnings() {
    return kind == Kind.JSON_SCHEMA ? schema().warnings() : List.of();
  }

  /**
   * Refuses formats that can't be enforced, without a model.
   *
   * @throws UserException naming the place and what may be written instead
   */
  public void check() {
    texts();
  }

  private SchemaReader.Read schema() {
    return SchemaReader.read(sources.get(0), new Languages(new Effort(kind.key())));
  }

  /** Returns all completions, as a deterministic automaton over UTF-8 bytes. */
  Automaton texts() {
    Languages languages = new Languages(new Effort(kind.key()));
    Automaton texts = languages.deterministic(nondeterministic(languages), kind.key());
    if (Languages.isEmpty(texts) || texts.getNumTransitions() == 0) {
      throw new UserException(
          kind.key() + ": no text fits it.", "check for parts that exclude each other.");
    }
    return texts;
  }

  private Automaton nondeterministic(Languages languages) {
    return switch (kind) {
      case REGEX, CONTINUATION ->
          Utf8.of(languages, RegexParser.whole(languages, sources.get(0), kind.key()), kind.key());
      case JSON_SCHEMA -> SchemaReader.read(sources.get(0), languages).schema().texts(languages);
      case CHOICE -> languages.anyOf(sources);
    };
  }
}
