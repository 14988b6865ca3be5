package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.grammar.Schema.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Examines a schema's top level, without its subschemas. */
final class Shallow {
  private Shallow() {}

  /** Returns the types of its values, or a superset. */
  static Set<Kind> kinds(JsonElement schema) {
    if (!(schema instanceof JsonObject object) || !object.has("type")) {
      return Kind.all();
    }
    List<JsonElement> types =
        object.get("type") instanceof JsonArray several
            ? several.asList()
            : List.of(object.get("type"));
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    types.forEach(
        type -> kinds.addAll(kinds(type instanceof JsonPrimitive p ? p.getAsString() : "")));
    return kinds;
  }

  private static Set<Kind> kinds(String type) {
    return switch (type) {
      case "object" -> Set.of(Kind.OBJECT);
      case "array" -> Set.of(Kind.ARRAY);
      case "string" -> Set.of(Kind.STRING);
      case "number", "integer" -> Set.of(Kind.NUMBER);
      case "boolean" -> Set.of(Kind.BOOLEAN);
      case "null" -> Set.of(Kind.NULL);
      default -> Kind.all();
    };
  }
}
