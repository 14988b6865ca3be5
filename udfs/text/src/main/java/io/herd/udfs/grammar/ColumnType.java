package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.Quoted;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The type of a Spark column that holds the values of a schema. */
sealed interface ColumnType extends Serializable {
  ColumnType TEXT = new Plain("string");
  ColumnType WHOLE = new Plain("bigint");
  ColumnType REAL = new Plain("double");
  ColumnType BOOLEAN = new Plain("boolean");
  ColumnType JSON = new Json();

  /** Returns the type in Spark's DDL. */
  String ddl();

  /** Returns whether Spark can read the values as they are written. */
  boolean readAsWritten();

  /** Converts a value to JSON that Spark reads as this type. */
  JsonElement readable(JsonElement value);

  /** Returns a type for values of all those types: their JSON text if there is no common type. */
  static ColumnType common(Set<ColumnType> types) {
    if (types.size() == 1) {
      return types.iterator().next();
    } else if (types.isEmpty()) {
      return TEXT;
    }
    return types.equals(Set.of(WHOLE, REAL)) ? REAL : JSON;
  }

  /** A type that Spark reads directly. */
  record Plain(String ddl) implements ColumnType {

    @Override
    public boolean readAsWritten() {
      return true;
    }

    @Override
    public JsonElement readable(JsonElement value) {
      return value;
    }
  }

  /** Values of several types, as their JSON text: {@code "7"} with its quotes, and {@code 7}. */
  record Json() implements ColumnType {

    @Override
    public String ddl() {
      return TEXT.ddl();
    }

    @Override
    public boolean readAsWritten() {
      return false;
    }

    @Override
    public JsonElement readable(JsonElement value) {
      return value.isJsonNull() ? value : new JsonPrimitive(JsonTexts.write(value));
    }
  }

  /** Arrays. */
  record Items(ColumnType item) implements ColumnType {

    @Override
    public String ddl() {
      return "array<" + item.ddl() + ">";
    }

    @Override
    public boolean readAsWritten() {
      return item.readAsWritten();
    }

    @Override
    public JsonElement readable(JsonElement value) {
      if (!(value instanceof JsonArray list)) {
        return value;
      }
      JsonArray out = new JsonArray();
      list.forEach(each -> out.add(item.readable(each)));
      return out;
    }
  }

  /**
   * Maps from text. Spark keeps a name that comes twice; here the last one counts, as in Python.
   */
  record Entries(ColumnType value) implements ColumnType {

    @Override
    public String ddl() {
      return "map<string, " + value.ddl() + ">";
    }

    @Override
    public boolean readAsWritten() {
      return false;
    }

    @Override
    public JsonElement readable(JsonElement entries) {
      if (!(entries instanceof JsonObject object)) {
        return entries;
      }
      JsonObject out = new JsonObject();
      object.entrySet().forEach(each -> out.add(each.getKey(), value.readable(each.getValue())));
      return out;
    }
  }

  /** A column of a struct. */
  record Field(String name, ColumnType type) implements Serializable {}

  /**
   * Structs.
   *
   * @param numbered whether values are arrays, whose items are _1, _2, ...
   */
  record Fields(List<Field> fields, boolean numbered) implements ColumnType {

    @Override
    public String ddl() {
      return fields.stream()
          .map(field -> Quoted.name(field.name()) + ": " + field.type().ddl())
          .collect(Collectors.joining(", ", "struct<", ">"));
    }

    @Override
    public boolean readAsWritten() {
      return !numbered && fields.stream().allMatch(field -> field.type().readAsWritten());
    }

    @Override
    public JsonElement readable(JsonElement value) {
      JsonObject out = new JsonObject();
      for (int i = 0; i < fields.size(); i++) {
        Field field = fields.get(i);
        JsonElement found = numbered ? item(value, i) : member(value, field.name());
        out.add(field.name(), found == null ? JsonNull.INSTANCE : field.type().readable(found));
      }
      return value instanceof JsonObject || value instanceof JsonArray ? out : value;
    }

    private static JsonElement item(JsonElement value, int i) {
      return value instanceof JsonArray list && i < list.size() ? list.get(i) : null;
    }

    private static JsonElement member(JsonElement value, String name) {
      return value instanceof JsonObject object ? object.get(name) : null;
    }

    /**
     * Returns one struct for the values of several, which share the object that they are made from.
     */
    static ColumnType together(List<ColumnType> types) {
      Map<String, Set<ColumnType>> all = new java.util.LinkedHashMap<>();
      for (ColumnType type : types) {
        if (!(type instanceof Fields one) || one.numbered()) {
          return common(Set.copyOf(types));
        }
        one.fields()
            .forEach(
                field ->
                    all.computeIfAbsent(field.name(), name -> new java.util.HashSet<>())
                        .add(field.type()));
      }
      return new Fields(
          all.entrySet().stream()
              .map(each -> new Field(each.getKey(), common(each.getValue())))
              .toList(),
          false);
    }
  }
}
