package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a JSON Schema (draft 2020-12) as far as it describes a regular language of whole documents.
 * Every keyword is either kept to, a note without effect, or refused by its name and place, so that
 * what is written is valid for any validator. An object has no properties but those that it names.
 */
final class SchemaReader {
  private final JsonObject root;
  private final Set<String> following = new LinkedHashSet<>();

  private SchemaReader(JsonObject root) {
    this.root = root;
  }

  /**
   * Reads a schema.
   *
   * @throws UserException when it isn't one, or has what can't be kept to
   */
  static Schema read(String json) {
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement root = JsonParser.parseReader(reader);
      if (json.isBlank() || reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException(json.isBlank() ? "it is empty" : "more after its end");
      }
      return root instanceof JsonObject schema
          ? new SchemaReader(schema).schema(schema, "#")
          : new SchemaReader(new JsonObject()).schema(root, "#");
    } catch (IOException | JsonParseException e) {
      throw new UserException(
          "herd.format.json-schema: isn't JSON: " + e.getMessage() + ".",
          "write it with double quotes and without comments or a comma before a bracket.",
          e);
    }
  }

  private Schema schema(JsonElement element, String at) {
    if (!(element instanceof JsonObject schema)) {
      throw Keywords.refused(at, "a schema must be an object with a type");
    }
    if (schema.has("$ref")) {
      Keywords.onlyBeside(schema, at, "$ref", Set.of());
      return referred(schema.get("$ref"), at);
    } else if (schema.has("anyOf")) {
      Keywords.onlyBeside(schema, at, "anyOf", Set.of());
      return new UnionSchema(alternatives(schema, at, "anyOf"));
    } else if (schema.has("oneOf")) {
      Keywords.onlyBeside(schema, at, "oneOf", Set.of());
      return exactlyOne(alternatives(schema, at, "oneOf"), at);
    } else if (schema.has("enum") || schema.has("const")) {
      return literals(schema, at);
    }
    return typed(schema, at);
  }

  private Schema typed(JsonObject schema, String at) {
    Set<String> types = types(schema, at);
    Set<String> meant = new TreeSet<>(Set.of("type"));
    types.forEach(type -> meant.addAll(Keywords.OF_TYPE.get(type)));
    Keywords.onlyBeside(schema, at, "type " + String.join(", ", types), meant);
    List<Schema> alternatives = new ArrayList<>();
    types.forEach(type -> alternatives.add(ofType(type, schema, at)));
    return alternatives.size() == 1 ? alternatives.get(0) : new UnionSchema(alternatives);
  }

  private Set<String> types(JsonObject schema, String at) {
    Set<String> types = new LinkedHashSet<>();
    if (schema.get("type") instanceof JsonArray several) {
      several.forEach(type -> types.add(type(type, at)));
    } else if (schema.has("type")) {
      types.add(type(schema.get("type"), at));
    }
    if (types.isEmpty()) {
      Keywords.onlyBeside(schema, at, "type", Set.of());
      throw Keywords.refused(at, "it needs a type, because any JSON is too much");
    }
    if (types.contains("number")) {
      types.remove("integer");
    }
    return types;
  }

  private String type(JsonElement type, String at) {
    String name = type instanceof JsonPrimitive text ? text.getAsString() : String.valueOf(type);
    if (!Keywords.OF_TYPE.containsKey(name)) {
      throw Keywords.refused(
          at + "/type",
          name + " is not a type; there are " + new TreeSet<>(Keywords.OF_TYPE.keySet()));
    }
    return name;
  }

  private Schema ofType(String type, JsonObject schema, String at) {
    return switch (type) {
      case "object" -> object(schema, at);
      case "array" -> array(schema, at);
      case "string" -> text(schema, at);
      case "integer" -> new NumberKeywords(schema, at).integers();
      case "number" -> new NumberKeywords(schema, at).numbers();
      case "boolean" ->
          new LiteralSchema(List.of(new JsonPrimitive(true), new JsonPrimitive(false)));
      default -> new LiteralSchema(List.of(com.google.gson.JsonNull.INSTANCE));
    };
  }

  private Schema object(JsonObject schema, String at) {
    if (schema.has("additionalProperties")
        && !schema.get("additionalProperties").equals(new JsonPrimitive(false))) {
      throw Keywords.refused(
          at, "additionalProperties is supported as false alone, which it is anyhow");
    }
    if (!(schema.get("properties") instanceof JsonObject properties) || properties.isEmpty()) {
      throw Keywords.refused(at, "an object needs properties");
    }
    Set<String> required = required(schema, at, properties);
    List<ObjectSchema.Member> members = new ArrayList<>();
    properties
        .entrySet()
        .forEach(
            each -> {
              String name = each.getKey();
              if (name.isEmpty()) {
                throw Keywords.refused(
                    at + "/properties", "a property without a name fits no column");
              }
              Schema value = schema(each.getValue(), at + "/properties/" + name);
              members.add(new ObjectSchema.Member(name, value, required.contains(name)));
            });
    return new ObjectSchema(members);
  }

  private Set<String> required(JsonObject schema, String at, JsonObject properties) {
    Set<String> required = new LinkedHashSet<>();
    if (schema.has("required")) {
      if (!(schema.get("required") instanceof JsonArray names)) {
        throw Keywords.refused(at + "/required", "it must be a list of properties");
      }
      for (JsonElement name : names) {
        if (!(name instanceof JsonPrimitive text) || !properties.has(text.getAsString())) {
          throw Keywords.refused(at + "/required", name + " is not among the properties");
        }
        required.add(text.getAsString());
      }
    }
    return required;
  }

  private Schema array(JsonObject schema, String at) {
    if (!schema.has("items")) {
      throw Keywords.refused(at, "an array needs items");
    }
    int least = NumberKeywords.count(schema, "minItems", 0, at);
    int most = NumberKeywords.count(schema, "maxItems", -1, at);
    return new ArraySchema(
        schema(schema.get("items"), at + "/items"),
        least,
        ordered(least, most, at),
        Keywords.place(at));
  }

  private Schema text(JsonObject schema, String at) {
    int least = NumberKeywords.count(schema, "minLength", 0, at);
    int most = NumberKeywords.count(schema, "maxLength", -1, at);
    String pattern = null;
    if (schema.has("pattern")) {
      if (!(schema.get("pattern") instanceof JsonPrimitive text && text.isString())) {
        throw Keywords.refused(at + "/pattern", "it must be a text");
      }
      pattern = text.getAsString();
    }
    return new TextSchema(least, ordered(least, most, at), pattern, Keywords.place(at));
  }

  private static int ordered(int least, int most, String at) {
    if (most >= 0 && most < least) {
      throw Keywords.refused(
          at, "at least " + least + " and at most " + most + " exclude each other");
    }
    return most;
  }

  /** The given values, without those that a type beside them rules out. */
  private Schema literals(JsonObject schema, String at) {
    String keyword = schema.has("enum") ? "enum" : "const";
    Keywords.onlyBeside(schema, at, keyword, Set.of("type"));
    if (schema.has("enum") && !(schema.get("enum") instanceof JsonArray)) {
      throw Keywords.refused(at + "/enum", "it must be a list of values");
    }
    List<JsonElement> values =
        schema.get(keyword) instanceof JsonArray list && keyword.equals("enum")
            ? list.asList()
            : List.of(schema.get(keyword));
    Set<String> types = schema.has("type") ? types(schema, at) : Keywords.OF_TYPE.keySet();
    List<JsonElement> kept = values.stream().filter(value -> isOf(value, types)).toList();
    if (kept.isEmpty()) {
      throw Keywords.refused(at + "/" + keyword, "it has no value, or none of its type");
    }
    return new LiteralSchema(kept);
  }

  private static boolean isOf(JsonElement value, Set<String> types) {
    return switch (LiteralSchema.kind(value)) {
      case OBJECT -> types.contains("object");
      case ARRAY -> types.contains("array");
      case STRING -> types.contains("string");
      case BOOLEAN -> types.contains("boolean");
      case NULL -> types.contains("null");
      case NUMBER ->
          types.contains("number") || (types.contains("integer") && LiteralSchema.isWhole(value));
    };
  }

  private List<Schema> alternatives(JsonObject schema, String at, String keyword) {
    if (!(schema.get(keyword) instanceof JsonArray list) || list.isEmpty()) {
      throw Keywords.refused(at + "/" + keyword, "it must be a list of schemas");
    }
    List<Schema> alternatives = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      alternatives.add(schema(list.get(i), at + "/" + keyword + "/" + i));
    }
    return alternatives;
  }

  private static Schema exactlyOne(List<Schema> alternatives, String at) {
    for (int i = 0; i < alternatives.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (!alternatives.get(i).excludes(alternatives.get(j))) {
          throw Keywords.refused(
              at + "/oneOf",
              String.format(
                  Locale.ROOT,
                  "alternatives %d and %d may allow the same value; write anyOf",
                  j,
                  i));
        }
      }
    }
    return new UnionSchema(alternatives);
  }

  private Schema referred(JsonElement reference, String at) {
    String pointer = reference instanceof JsonPrimitive text ? text.getAsString() : "";
    if (!pointer.startsWith("#/")) {
      throw Keywords.refused(
          at + "/$ref", reference + " is not in this schema, as #/$defs/name is");
    }
    JsonElement target = root;
    for (String step : pointer.substring(2).split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      target = target instanceof JsonObject object ? object.get(name) : null;
    }
    if (target == null) {
      throw Keywords.refused(at + "/$ref", "there is no " + pointer);
    }
    if (!following.add(pointer)) {
      throw Keywords.refused(
          at + "/$ref", pointer + " contains itself, and recursion is not supported");
    }
    Schema schema = schema(target, pointer);
    following.remove(pointer);
    return schema;
  }
}
