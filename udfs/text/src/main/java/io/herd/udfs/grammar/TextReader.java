package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.grammar.TextSchema.Meaning;
import io.herd.udfs.grammar.TextSchema.Rule;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads the string keywords of several schemas of one value. */
final class TextReader {
  private final List<Part> parts;
  private final String at;

  TextReader(List<Part> parts) {
    this.parts = parts;
    this.at = parts.isEmpty() ? Part.ROOT : parts.get(0).at();
  }

  Schema read() {
    int least = 0;
    int most = -1;
    Set<Rule> rules = new LinkedHashSet<>();
    for (Part part : parts) {
      JsonObject schema = part.schema().getAsJsonObject();
      least = Math.max(least, NumberKeywords.count(schema, "minLength", 0, part.at()));
      most = less(most, NumberKeywords.count(schema, "maxLength", -1, part.at()));
      if (schema.has("pattern")) {
        rules.add(new Rule(Meaning.FOUND, pattern(schema.get("pattern"), part)));
      }
      if (format(part) != null) {
        rules.add(new Rule(Meaning.FORMAT, format(part)));
      }
      addForbidden(rules, part);
    }
    return exclude(least, most, at, parts.size() > 1)
        ? new NoSchema(EnumSet.noneOf(Schema.Kind.class), "the lengths at " + at)
        : new TextSchema(least, most, List.copyOf(rules), Keywords.place(at));
  }

  private static void addForbidden(Set<Rule> rules, Part part) {
    JsonElement not = part.schema().getAsJsonObject().get("not");
    if (not == null || !Negation.isPlain(not)) {
      return;
    }
    JsonObject schema = not.getAsJsonObject();
    if (schema.has("pattern")) {
      rules.add(new Rule(Meaning.NOT_FOUND, schema.get("pattern").getAsString()));
    }
    List<JsonElement> values =
        schema.get("enum") instanceof JsonArray list
            ? list.asList()
            : schema.has("const") ? List.of(schema.get("const")) : List.of();
    for (JsonElement value : values) {
      if (LiteralSchema.kind(value) == Schema.Kind.STRING) {
        rules.add(new Rule(Meaning.NOT, value.getAsString()));
      }
    }
  }

  private static String pattern(JsonElement pattern, Part part) {
    if (pattern instanceof JsonPrimitive text && text.isString()) {
      return text.getAsString();
    }
    throw Keywords.refused(part.at() + "/pattern", "it must be a string");
  }

  /** Returns the format, if it is enforced. */
  static String format(Part part) {
    JsonElement format = part.schema().getAsJsonObject().get("format");
    return format instanceof JsonPrimitive text && Formats.regex(text.getAsString()).isPresent()
        ? text.getAsString()
        : null;
  }

  /** Returns the lower of two bounds; -1 means none. */
  static int less(int one, int other) {
    return one < 0 || other < 0 ? Math.max(one, other) : Math.min(one, other);
  }

  /** Returns whether bounds exclude each other, which is an error within one schema. */
  static boolean exclude(int least, int most, String at, boolean several) {
    boolean exclude = most >= 0 && most < least;
    if (exclude && !several) {
      throw Keywords.refused(
          at, "at least " + least + " and at most " + most + " exclude each other");
    }
    return exclude;
  }
}
