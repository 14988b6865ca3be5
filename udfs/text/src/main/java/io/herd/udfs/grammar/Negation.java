package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Negates a schema by De Morgan's laws, as far as keywords have an opposite. What is found may be
 * narrower, never wider.
 */
final class Negation {
  private static final int MOST_DEPTH = 30;
  private static final Map<String, String> OPPOSITES =
      Map.of(
          "minimum", "exclusiveMaximum",
          "maximum", "exclusiveMinimum",
          "exclusiveMinimum", "maximum",
          "exclusiveMaximum", "minimum");

  private static final Map<String, String> COUNTED =
      Map.of("Length", "string", "Items", "array", "Properties", "object");

  private final Effort effort;
  private final References references;

  Negation(Effort effort, References references) {
    this.effort = effort;
    this.references = references;
  }

  /** Returns whether a negated schema is supported directly: some values, or a pattern. */
  static boolean isPlain(JsonElement negated) {
    return negated instanceof JsonObject schema
        && schema.size() == 1
        && ((schema.get("enum") instanceof JsonArray list && areScalars(list.asList()))
            || (schema.has("const") && areScalars(List.of(schema.get("const"))))
            || (schema.get("pattern") instanceof JsonPrimitive));
  }

  private static boolean areScalars(List<JsonElement> values) {
    return values.stream()
        .noneMatch(each -> each instanceof JsonObject || each instanceof JsonArray);
  }

  /** Returns the opposite of a part, which evaluates no properties. */
  Part of(Part part) {
    return new Part(not(part.schema(), part, MOST_DEPTH), part.at(), part.followed(), Set.of());
  }

  private JsonElement not(JsonElement schema, Part part, int depth) {
    effort.spend(Conjunction.STEPS);
    if (schema instanceof JsonPrimitive flag && flag.isBoolean()) {
      return new JsonPrimitive(!flag.getAsBoolean());
    }
    if (!(schema instanceof JsonObject object)) {
      throw Keywords.refused(part.at(), "a schema must be an object, true or false");
    }
    if (depth == 0) {
      throw refused(part, "so much in each other");
    }
    List<JsonElement> any = new ArrayList<>();
    UserException refused = null;
    for (String keyword : object.keySet()) {
      try {
        any.addAll(not(keyword, object.get(keyword), part, depth - 1));
      } catch (UserException e) {
        refused = e; // what breaks another keyword is enough
      }
    }
    if (any.isEmpty() && refused != null) {
      throw refused;
    }
    return any.isEmpty()
        ? new JsonPrimitive(false)
        : any.size() == 1 ? any.get(0) : list("anyOf", any);
  }

  private List<JsonElement> not(String keyword, JsonElement value, Part part, int depth) {
    if (!Keywords.isAsserted(keyword)) {
      return List.of();
    }
    if (OPPOSITES.containsKey(keyword) && NumberKeywords.decimal(value) != null) {
      return List.of(typed("number", OPPOSITES.get(keyword), value));
    }
    return switch (keyword) {
      case "minLength", "minItems", "minProperties", "maxLength", "maxItems", "maxProperties" ->
          List.of(otherCount(keyword, value, part));
      case "type" -> List.of(otherTypes(value));
      case "enum", "const", "pattern" -> List.of(plain(keyword, value, part));
      case "required" -> absent(value);
      case "properties" -> properties(value, part, depth);
      case "anyOf" -> List.of(list("allOf", each(value, part, depth)));
      case "allOf" -> each(value, part, depth);
      case "not" -> List.of(value);
      case "$ref" -> List.of(referred(value, part, depth));
      case "additionalProperties" -> {
        if (value.equals(new JsonPrimitive(true))) {
          yield List.of();
        }
        throw refused(part, keyword);
      }
      case "oneOf" -> {
        if (value instanceof JsonArray list && list.size() == 1) {
          yield each(value, part, depth);
        }
        throw refused(part, keyword);
      }
      default -> throw refused(part, keyword);
    };
  }

  private static JsonElement otherCount(String keyword, JsonElement value, Part part) {
    JsonObject one = new JsonObject();
    one.add(keyword, value);
    int count = NumberKeywords.count(one, keyword, 0, part.at());
    String counted = keyword.substring(3);
    boolean most = keyword.startsWith("max");
    if (!most && count == 0) {
      return new JsonPrimitive(false);
    }
    JsonElement other = new JsonPrimitive(most ? count + 1L : count - 1L);
    return typed(COUNTED.get(counted), (most ? "min" : "max") + counted, other);
  }

  private static JsonElement plain(String keyword, JsonElement value, Part part) {
    JsonObject negated = new JsonObject();
    negated.add(keyword, value);
    if (!isPlain(negated)) {
      throw refused(part, keyword + " with objects or lists");
    }
    JsonObject schema = new JsonObject();
    schema.add("not", negated);
    if (keyword.equals("pattern")) {
      schema.addProperty("type", "string");
    }
    return schema;
  }

  private static JsonElement otherTypes(JsonElement value) {
    List<String> given = new ArrayList<>();
    if (value instanceof JsonArray several) {
      several.forEach(each -> given.add(text(each)));
    } else {
      given.add(text(value));
    }
    if (given.contains("integer")) {
      given.add("number"); // narrower: numbers with a fraction would be right
    }
    List<JsonElement> others = new ArrayList<>();
    for (String type : List.of("object", "array", "string", "number", "boolean", "null")) {
      if (!given.contains(type)) {
        others.add(new JsonPrimitive(type));
      }
    }
    return others.isEmpty() ? new JsonPrimitive(false) : list("type", others);
  }

  private static List<JsonElement> absent(JsonElement names) {
    List<JsonElement> any = new ArrayList<>();
    if (names instanceof JsonArray list) {
      for (JsonElement name : list) {
        JsonObject absent = Dependencies.absent(text(name));
        absent.addProperty("type", "object");
        any.add(absent);
      }
    }
    return any;
  }

  private List<JsonElement> properties(JsonElement value, Part part, int depth) {
    List<JsonElement> any = new ArrayList<>();
    if (value instanceof JsonObject properties) {
      for (String name : properties.keySet()) {
        JsonObject one = new JsonObject();
        one.add(name, not(properties.get(name), part, depth));
        JsonElement other = typed("object", "properties", one);
        JsonArray required = new JsonArray();
        required.add(name);
        other.getAsJsonObject().add("required", required);
        any.add(other);
      }
    }
    return any;
  }

  private List<JsonElement> each(JsonElement list, Part part, int depth) {
    List<JsonElement> all = new ArrayList<>();
    for (JsonElement one :
        list instanceof JsonArray schemas ? schemas.asList() : Set.<JsonElement>of()) {
      all.add(not(one, part, depth));
    }
    return all;
  }

  private JsonElement referred(JsonElement reference, Part part, int depth) {
    Part target = references.follow(reference, part);
    if (part.timesFollowed(target.at()) > 0) {
      throw refused(part, "a $ref inside of itself");
    }
    return not(target.schema(), target, depth);
  }

  private static JsonElement typed(String type, String keyword, JsonElement value) {
    JsonObject schema = new JsonObject();
    schema.addProperty("type", type);
    schema.add(keyword, value);
    return schema;
  }

  private static JsonElement list(String keyword, List<JsonElement> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    JsonObject schema = new JsonObject();
    schema.add(keyword, array);
    return schema;
  }

  private static String text(JsonElement element) {
    return element instanceof JsonPrimitive text ? text.getAsString() : element.toString();
  }

  private static UserException refused(Part part, String what) {
    return Keywords.refused(
        part.at(),
        "the opposite of "
            + what
            + " is not supported, which not, if and a oneOf whose"
            + " alternatives overlap need",
        "describe what is allowed instead, by enum, pattern, required or anyOf.");
  }
}
