package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Reads the array keywords of several schemas of one value. */
final class ArrayReader {
  private static final int MOST_PLACES = 1000;

  private final SchemaReader reader;
  private final List<Part> parts;
  private final String at;

  ArrayReader(SchemaReader reader, List<Part> parts) {
    this.reader = reader;
    this.parts = parts;
    this.at = parts.isEmpty() ? Part.ROOT : parts.get(0).at();
  }

  Schema read() {
    int least = 0;
    int most = -1;
    int places = 0;
    for (Part part : parts) {
      JsonObject schema = part.schema().getAsJsonObject();
      least = Math.max(least, NumberKeywords.count(schema, "minItems", 0, part.at()));
      most = TextReader.less(most, NumberKeywords.count(schema, "maxItems", -1, part.at()));
      places = Math.max(places, first(part).size());
    }
    if (unevaluated()) {
      most = TextReader.less(most, places);
    }
    if (TextReader.exclude(least, most, at, parts.size() > 1)) {
      return new NoSchema(EnumSet.noneOf(Schema.Kind.class), "the numbers of items at " + at);
    }
    return places > 0 && most != 0 ? tuple(places, least, most) : array(least, most);
  }

  private Schema array(int least, int most) {
    List<Part> items = at(0);
    Schema item = items.isEmpty() ? new AnySchema(AnySchema.MOST_DEPTH - 1) : reader.schema(items);
    boolean each = most != 0 && most != 1 && parts.stream().anyMatch(ArrayReader::isUnique);
    if (!each) {
      return new ArraySchema(item, least, most, false, Keywords.place(at));
    }
    return new ArraySchema(different(item), least, most, true, Keywords.place(at));
  }

  private static boolean isUnique(Part part) {
    JsonElement unique = part.schema().getAsJsonObject().get("uniqueItems");
    return unique != null && unique.equals(new JsonPrimitive(true));
  }

  private LiteralSchema different(Schema item) {
    if (!(item instanceof LiteralSchema literals)) {
      throw Keywords.refused(
          at,
          "uniqueItems is supported only for items of an enum",
          "omit uniqueItems, and remove duplicates afterwards.");
    }
    long pairs = (long) literals.values().size() * literals.values().size();
    reader.languages().effort().spend(pairs);
    List<JsonElement> once = new ArrayList<>();
    for (JsonElement value : literals.values()) {
      if (once.stream().noneMatch(other -> LiteralSchema.same(value, other))) {
        once.add(value);
      }
    }
    return new LiteralSchema(once);
  }

  private Schema tuple(int places, int least, int most) {
    int count = TextReader.less(most, Math.max(places, least));
    if (count > MOST_PLACES) {
      throw Keywords.refused(at, "more than " + MOST_PLACES + " items are not supported here");
    }
    if (count > 1 && parts.stream().anyMatch(ArrayReader::isUnique)) {
      throw Keywords.refused(
          at, "uniqueItems is not supported beside items of their own", "leave uniqueItems out.");
    }
    List<Schema> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Part> each = at(i);
      items.add(each.isEmpty() ? new AnySchema(AnySchema.MOST_DEPTH - 1) : reader.schema(each));
    }
    return new TupleSchema(items, least);
  }

  /** Returns the schemas for the item at an index. */
  private List<Part> at(int place) {
    List<Part> all = new ArrayList<>();
    for (Part part : parts) {
      List<JsonElement> first = first(part);
      JsonObject schema = part.schema().getAsJsonObject();
      boolean named = schema.get("items") instanceof JsonArray;
      String rest = named ? "additionalItems" : "items";
      if (place < first.size()) {
        String keyword = named ? "items" : "prefixItems";
        all.add(part.inside(first.get(place), keyword + "/" + place));
      } else if (schema.has(rest)) {
        all.add(part.inside(schema.get(rest), rest));
      }
    }
    return all;
  }

  /** Returns the items with schemas of their own; before 2020-12 they were in {@code items}. */
  private static List<JsonElement> first(Part part) {
    JsonObject schema = part.schema().getAsJsonObject();
    if (schema.get("items") instanceof JsonArray items) {
      return items.asList();
    }
    return schema.get("prefixItems") instanceof JsonArray prefix ? prefix.asList() : List.of();
  }

  /** Returns whether items without a schema are forbidden, as far as one schema alone shows it. */
  private boolean unevaluated() {
    boolean forbidden = false;
    for (Part part : parts) {
      JsonObject schema = part.schema().getAsJsonObject();
      JsonElement rest = schema.get("unevaluatedItems");
      if (rest == null || rest.equals(new JsonPrimitive(true))) {
        continue;
      }
      if (!rest.equals(new JsonPrimitive(false)) || parts.size() > 1) {
        throw Keywords.refused(
            part.at(), "unevaluatedItems is not supported here", "write items or additionalItems.");
      }
      forbidden = !schema.has("items");
    }
    return forbidden;
  }
}
