package io.herd.udfs.grammar;

import io.herd.udfs.Quoted;
import java.util.Set;

/** Types of Spark columns for JSON values, in DDL. */
final class SparkTypes {
  static final String TEXT = "string";
  static final String WHOLE = "bigint";
  static final String REAL = "double";
  static final String BOOLEAN = "boolean";

  private SparkTypes() {}

  /**
   * A type for values of all those types; a string, with the value's JSON, where none is made for
   * it.
   */
  static String common(Set<String> types) {
    if (types.size() == 1) {
      return types.iterator().next();
    }
    return types.equals(Set.of(WHOLE, REAL)) ? REAL : TEXT;
  }

  static String array(String item) {
    return "array<" + item + ">";
  }

  static String field(String name, String type) {
    return Quoted.name(name) + ": " + type;
  }
}
