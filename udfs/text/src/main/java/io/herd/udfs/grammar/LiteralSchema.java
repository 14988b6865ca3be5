package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.util.automaton.Automaton;

/** Given values: {@code enum}, {@code const}, booleans and null. */
record LiteralSchema(List<JsonElement> values) implements Schema {

  @Override
  public Set<Kind> kinds() {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    values.forEach(value -> kinds.add(kind(value)));
    return kinds;
  }

  static Kind kind(JsonElement value) {
    if (value instanceof JsonObject) {
      return Kind.OBJECT;
    } else if (value instanceof JsonArray) {
      return Kind.ARRAY;
    } else if (value instanceof JsonPrimitive single) {
      return single.isString() ? Kind.STRING : single.isBoolean() ? Kind.BOOLEAN : Kind.NUMBER;
    }
    return Kind.NULL;
  }

  /** Checks numbers as they were written, so 1.0 stays 1.0. */
  static boolean isWhole(JsonElement value) {
    return kind(value) == Kind.NUMBER && value.getAsString().matches("-?[0-9]{1,18}");
  }

  /** Returns whether two values are equal in JSON Schema, where 1 equals 1.0. */
  static boolean same(JsonElement one, JsonElement other) {
    if (kind(one) == Kind.NUMBER && kind(other) == Kind.NUMBER) {
      return Numerals.decimal(one).equals(Numerals.decimal(other));
    } else if (one instanceof JsonArray list && other instanceof JsonArray others) {
      return list.size() == others.size()
          && IntStream.range(0, list.size()).allMatch(i -> same(list.get(i), others.get(i)));
    } else if (one instanceof JsonObject object && other instanceof JsonObject that) {
      return object.keySet().equals(that.keySet())
          && object.keySet().stream().allMatch(name -> same(object.get(name), that.get(name)));
    }
    return kind(one) == kind(other) && one.equals(other);
  }

  @Override
  public Automaton texts(Languages languages) {
    return languages.anyOf(values.stream().map(JsonTexts::write).toList());
  }

  @Override
  public ColumnType columnType() {
    Set<ColumnType> types =
        values.stream()
            .filter(value -> !value.isJsonNull())
            .map(LiteralSchema::columnType)
            .collect(Collectors.toSet());
    return ColumnType.common(types);
  }

  private static ColumnType columnType(JsonElement value) {
    return switch (kind(value)) {
      case BOOLEAN -> ColumnType.BOOLEAN;
      case NUMBER -> isWhole(value) ? ColumnType.WHOLE : ColumnType.REAL;
      case STRING -> ColumnType.TEXT;
      default -> ColumnType.JSON;
    };
  }

  @Override
  public boolean spelledOnce() {
    return values.stream()
        .allMatch(
            value ->
                switch (kind(value)) {
                  case STRING, BOOLEAN, NULL -> true;
                  case NUMBER -> isWhole(value) && !value.getAsString().equals("-0");
                  default -> false;
                });
  }
}
