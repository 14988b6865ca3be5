package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;

/** Properties that require others: each is either absent, or the others are present. */
final class Dependencies {
  private Dependencies() {}

  /** Returns a choice for each property. */
  static List<List<List<Part>>> of(JsonElement value, Part part, String keyword) {
    if (!(value instanceof JsonObject all)) {
      throw Keywords.refused(part.at() + "/" + keyword, "it must be an object");
    }
    List<List<List<Part>>> choices = new ArrayList<>();
    all.entrySet()
        .forEach(
            each -> {
              JsonObject needs = new JsonObject();
              needs.addProperty("type", "object");
              JsonArray required = new JsonArray();
              required.add(each.getKey());
              needs.add("required", required);
              if (each.getValue() instanceof JsonArray names) {
                required.addAll(names);
              }
              String step = keyword + "/" + each.getKey();
              List<Part> there = new ArrayList<>(List.of(part.beside(needs, step)));
              if (!(each.getValue() instanceof JsonArray)) {
                there.add(part.beside(each.getValue(), step));
              }
              choices.add(List.of(List.of(part.beside(absent(each.getKey()), step)), there));
            });
    return choices;
  }

  /** Matches anything but an object with that property. */
  static JsonObject absent(String name) {
    JsonObject properties = new JsonObject();
    properties.add(name, new JsonPrimitive(false));
    JsonObject schema = new JsonObject();
    schema.add("properties", properties);
    return schema;
  }
}
