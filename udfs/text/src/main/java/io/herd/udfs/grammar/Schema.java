package io.herd.udfs.grammar;

import java.util.EnumSet;
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
    NULL;

    static Set<Kind> all() {
      return EnumSet.allOf(Kind.class);
    }
  }

  /** The types of the values that are valid by it, whether or not they are written. */
  Set<Kind> kinds();

  /**
   * Its values as JSON texts in UTF-8. White space is at most one space after each comma and colon;
   * strings have one spelling.
   */
  Automaton texts(Languages languages);

  /** The type of a Spark column that holds its values; null where there are none. */
  ColumnType columnType();

  /**
   * Whether all valid values are written and each has one text, so that schemas without a common
   * text have no common value.
   */
  boolean spelledOnce();

  /** Whether it is certain that nothing that one of them writes is valid by the other. */
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
