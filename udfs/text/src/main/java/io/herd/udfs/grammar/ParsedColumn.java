package io.herd.udfs.grammar;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.Serializable;

/** A Spark column with the values of JSON texts. */
public final class ParsedColumn implements Serializable {
  private static final long serialVersionUID = 1;

  private final ColumnType type;

  ParsedColumn(ColumnType type) {
    this.type = type;
  }

  /** Returns its type in Spark's DDL, such as {@code struct<`stars`: bigint>}. */
  public String ddl() {
    return type.ddl();
  }

  /** Returns whether Spark can read the texts directly. */
  public boolean readAsWritten() {
    return type.readAsWritten();
  }

  /**
   * Converts a text to JSON that Spark reads as this type: values of several types or without a
   * type become their JSON text, tuples become objects.
   *
   * @return null for what isn't JSON
   */
  public String readable(String json) {
    if (json == null) {
      return null;
    }
    try {
      return JsonTexts.write(type.readable(JsonParser.parseString(json)));
    } catch (JsonParseException e) {
      return null;
    }
  }
}
