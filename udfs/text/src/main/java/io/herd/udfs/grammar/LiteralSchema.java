package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.util.automaton.Automaton;

/** Some given values: {@code enum}, {@code const}, booleans and null. */
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

  /** Numbers as they were written, so 1.0 stays 1.0. */
  static boolean isWhole(JsonElement value) {
    return kind(value) == Kind.NUMBER && value.getAsString().matches("-?[0-9]{1,18}");
  }

  @Override
  public Automaton texts() {
    return Languages.union(
        values.stream().map(value -> Languages.literal(JsonTexts.write(value))).toList());
  }

  @Override
  public String sparkType() {
    Set<String> types =
        values.stream()
            .filter(value -> !value.isJsonNull())
            .map(LiteralSchema::sparkType)
            .collect(Collectors.toSet());
    return types.size() == 1 ? types.iterator().next() : SparkTypes.common(types);
  }

  private static String sparkType(JsonElement value) {
    return switch (kind(value)) {
      case BOOLEAN -> SparkTypes.BOOLEAN;
      case NUMBER -> isWhole(value) ? SparkTypes.WHOLE : SparkTypes.REAL;
      default -> SparkTypes.TEXT;
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
