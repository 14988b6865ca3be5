package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Schemas of everything that is supported, nested at random. */
final class RandomSchemas {
  private static final int DEPTH = 3;
  private static final List<String> NAMES =
      List.of("id", "name", "a b", "stars", "é", "quote\"d", "x/y", "tags", "back\\slash", "n");
  private static final List<String> PATTERNS =
      List.of(
          "^[a-z]+$", "\\d", "^(?:yes|no|maybe)$", "^[^x]{2,}", "a.c", "\\s$", "^\\w+@\\w+$", "\"");

  private final SplittableRandom random;
  private final JsonObject definitions = new JsonObject();

  RandomSchemas(SplittableRandom random) {
    this.random = random;
  }

  static JsonObject next(SplittableRandom random) {
    RandomSchemas schemas = new RandomSchemas(random);
    JsonObject root = schemas.schema(DEPTH);
    if (schemas.definitions.size() > 0) {
      root.add("$defs", schemas.definitions);
    }
    return root;
  }

  private JsonObject schema(int depth) {
    JsonObject schema =
        switch (random.nextInt(depth > 0 ? 12 : 6)) {
          case 0 -> text();
          case 1 -> number("integer");
          case 2 -> number("number");
          case 3 -> typed("boolean");
          case 4 -> literals();
          case 5 -> nullable();
          case 6 -> array(depth);
          case 7 -> alternatives(depth);
          case 8 -> reference(depth);
          default -> object(depth);
        };
    if (random.nextInt(6) == 0) {
      schema.addProperty("description", "what a person \"wrote\"");
    }
    return schema;
  }

  private static JsonObject typed(String type) {
    JsonObject schema = new JsonObject();
    schema.addProperty("type", type);
    return schema;
  }

  private JsonObject text() {
    JsonObject schema = typed("string");
    int least = random.nextInt(4);
    if (random.nextBoolean()) {
      schema.addProperty("minLength", least);
    }
    if (random.nextInt(3) > 0) {
      schema.addProperty("maxLength", least + 3 + random.nextInt(20));
    }
    if (random.nextInt(3) == 0) {
      schema.addProperty("pattern", PATTERNS.get(random.nextInt(PATTERNS.size())));
      schema.remove("minLength");
      schema.addProperty("maxLength", 6 + random.nextInt(20));
    }
    return schema;
  }

  private JsonObject number(String type) {
    JsonObject schema = typed(type);
    BigDecimal least = BigDecimal.valueOf(random.nextLong(-5000, 5000), random.nextInt(3));
    if (random.nextInt(3) > 0) {
      schema.addProperty(random.nextBoolean() ? "minimum" : "exclusiveMinimum", least);
    }
    if (random.nextInt(3) > 0) {
      BigDecimal most = least.add(BigDecimal.valueOf(2 + random.nextInt(500)));
      schema.addProperty(random.nextBoolean() ? "maximum" : "exclusiveMaximum", most);
    }
    return schema;
  }

  private JsonObject literals() {
    List<JsonElement> values =
        List.of(
            new JsonPrimitive("yes"),
            new JsonPrimitive("n\"o\n"),
            new JsonPrimitive(17),
            new JsonPrimitive(-2.5),
            new JsonPrimitive(true),
            JsonNull.INSTANCE,
            new JsonPrimitive("日本"));
    JsonObject schema = new JsonObject();
    if (random.nextInt(3) == 0) {
      schema.add("const", values.get(random.nextInt(values.size())));
      return schema;
    }
    JsonArray some = new JsonArray();
    int first = random.nextInt(values.size() - 1);
    values.subList(first, first + 1 + random.nextInt(values.size() - first)).forEach(some::add);
    schema.add("enum", some);
    return schema;
  }

  private JsonObject nullable() {
    JsonObject schema = random.nextBoolean() ? text() : number("integer");
    JsonArray types = new JsonArray();
    types.add(schema.get("type"));
    types.add("null");
    schema.add("type", types);
    return schema;
  }

  private JsonObject array(int depth) {
    JsonObject schema = typed("array");
    schema.add("items", schema(depth - 1));
    int least = random.nextInt(3);
    if (random.nextBoolean()) {
      schema.addProperty("minItems", least);
    }
    if (random.nextBoolean()) {
      schema.addProperty("maxItems", least + random.nextInt(4));
    }
    return schema;
  }

  private JsonObject alternatives(int depth) {
    JsonObject schema = new JsonObject();
    JsonArray list = new JsonArray();
    if (random.nextBoolean()) {
      list.add(schema(depth - 1));
      list.add(schema(depth - 1));
      schema.add("anyOf", list);
    } else {
      list.add(text());
      list.add(number(random.nextBoolean() ? "integer" : "number"));
      list.add(typed("null"));
      schema.add("oneOf", list);
    }
    return schema;
  }

  private JsonObject reference(int depth) {
    String name = "d" + definitions.size();
    definitions.add(name, JsonNull.INSTANCE); // taken
    definitions.add(name, schema(depth - 1));
    JsonObject schema = new JsonObject();
    schema.addProperty("$ref", "#/$defs/" + name);
    return schema;
  }

  private JsonObject object(int depth) {
    List<String> names = new ArrayList<>(NAMES);
    JsonObject properties = new JsonObject();
    JsonArray required = new JsonArray();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      String name = names.remove(random.nextInt(names.size()));
      properties.add(name, schema(depth - 1));
      if (random.nextBoolean()) {
        required.add(name);
      }
    }
    JsonObject schema = typed("object");
    schema.add("properties", properties);
    if (random.nextInt(4) > 0) {
      schema.add("required", required);
    }
    if (random.nextBoolean()) {
      schema.addProperty("additionalProperties", false);
    }
    return schema;
  }
}
