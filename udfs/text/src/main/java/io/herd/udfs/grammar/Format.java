package io.herd.udfs.grammar;

import io.herd.udfs.UserException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.util.automaton.Automaton;

/**
 * What every completion must look like.
 *
 * @param kind how it is written down
 * @param sources the regex, the JSON text of the schema, or the texts to choose from
 */
public record Format(Kind kind, List<String> sources) implements Serializable {

  /** How a format is written down. */
  public enum Kind {
    REGEX("regex"),
    /** A regular expression of text that goes on behind a prompt's last word. */
    CONTINUATION("regex"),
    JSON_SCHEMA("json-schema"),
    CHOICE("choice");

    private final String key;

    Kind(String key) {
      this.key = key;
    }

    /** The key in the configuration. */
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

  /** Completions that a regular expression matches as a whole; see {@link RegexParser}. */
  public static Format regex(String regex) {
    return new Format(Kind.REGEX, List.of(regex));
  }

  /** Completions that continue a text, so that decoding drops no space at their beginning. */
  public static Format continuation(String regex) {
    return new Format(Kind.CONTINUATION, List.of(regex));
  }

  /** Whether a completion begins a text, of which decoding may drop the first space. */
  boolean beginsText() {
    return kind != Kind.CONTINUATION;
  }

  /** Completions that are JSON and valid by a schema. */
  public static Format jsonSchema(String json) {
    return new Format(Kind.JSON_SCHEMA, List.of(json));
  }

  /** Completions that are one of some texts. */
  public static Format choice(List<String> texts) {
    return new Format(Kind.CHOICE, texts);
  }

  /**
   * How Spark holds the completions' values; empty unless they are JSON.
   *
   * @throws UserException when the schema can't be kept to
   */
  public Optional<ParsedColumn> column() {
    return kind == Kind.JSON_SCHEMA
        ? Optional.of(new ParsedColumn(schema().schema().columnType()))
        : Optional.empty();
  }

  /**
   * What can be counted of the values' fields; empty unless they are JSON objects.
   *
   * @throws UserException when the schema can't be kept to
   */
  public List<CountedField> countedFields() {
    return kind == Kind.JSON_SCHEMA ? CountedField.of(schema().schema()) : List.of();
  }

  /**
   * Sentences on what is written down without effect.
   *
   * @throws UserException when the schema can't be kept to
   */
  public List<String> warnings() {
    return kind == Kind.JSON_SCHEMA ? schema().warnings() : List.of();
  }

  /**
   * Refuses what can't be kept to, without a model.
   *
   * @throws UserException naming the place and what may be written instead
   */
  public void check() {
    texts();
  }

  private SchemaReader.Read schema() {
    return SchemaReader.read(sources.get(0), new Languages(new Effort(kind.key())));
  }

  /** All completions, as a deterministic automaton over the bytes of UTF-8. */
  Automaton texts() {
    Languages languages = new Languages(new Effort(kind.key()));
    Automaton texts = languages.deterministic(nondeterministic(languages), kind.key());
    if (Languages.isEmpty(texts) || texts.getNumTransitions() == 0) {
      throw new UserException(
          kind.key() + ": no text fits it.", "look for parts of it that exclude each other.");
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
