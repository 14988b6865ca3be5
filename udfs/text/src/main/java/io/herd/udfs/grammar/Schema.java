package io.herd.udfs.grammar;

import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/** One part of a JSON schema: the values that it allows, and how they are written. */
interface Schema {

  /** JSON's types; a whole number is a number. */
  enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    BOOLEAN,
    NULL
  }

  /** The types of its values. */
  Set<Kind> kinds();

  /**
   * Its values as JSON texts in UTF-8. White space is at most one space after each comma and colon;
   * strings have one spelling.
   */
  Automaton texts();

  /** The type of a Spark column that holds its values, in DDL. */
  String sparkType();

  /**
   * Whether each value has one text, so that schemas without a common text have no common value.
   */
  boolean spelledOnce();

  /** Whether it is certain that no value is allowed by both. */
  default boolean excludes(Schema other) {
    if (other instanceof UnionSchema) {
      return other.excludes(this);
    }
    return kinds().stream().noneMatch(other.kinds()::contains)
        || (spelledOnce()
            && other.spelledOnce()
            && Languages.isEmpty(Languages.intersection(texts(), other.texts(), "oneOf")));
  }
}
