package io.herd.udfs.grammar;

import java.util.EnumSet;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/** A part of a JSON schema: the values that it allows, and their texts. */
interface Schema {

  /** JSON's types; a whole number is a number. */
  enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    BOOLEAN,
    NULL;

    static Set<Kind> all() {
      return EnumSet.allOf(Kind.class);
    }
  }

  /** Returns the types of its valid values, whether or not they can be generated. */
  Set<Kind> kinds();

  /**
   * Returns its values as JSON texts in UTF-8. White space is at most one space after each comma
   * and colon; strings have one spelling.
   */
  Automaton texts(Languages languages);

  /** Returns the Spark type of its values; null if there are none. */
  ColumnType columnType();

  /**
   * Returns whether every valid value is generated and has exactly one text, so that schemas
   * without a common text have no common value.
   */
  boolean spelledOnce();

  /** Returns whether it is certain that no text of one schema is valid by the other. */
  default boolean excludes(Languages languages, Schema other) {
    if (other instanceof UnionSchema || other instanceof ViewedSchema) {
      return other.excludes(languages, this);
    }
    return kinds().stream().noneMatch(other.kinds()::contains)
        || (spelledOnce()
            && other.spelledOnce()
            && Languages.isEmpty(
                languages.intersection(texts(languages), other.texts(languages), "oneOf")));
  }
}
