package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/** Reads the object keywords of several schemas of one value. */
final class ObjectReader {
  private final SchemaReader reader;
  private final List<Part> parts;
  private final String at;
  private final NamePatterns patterns;

  ObjectReader(SchemaReader reader, List<Part> parts) {
    this.reader = reader;
    this.parts = parts;
    this.at = parts.isEmpty() ? Part.ROOT : parts.get(0).at();
    this.patterns = new NamePatterns(parts, reader.languages());
  }

  Schema read() {
    int least = 0;
    int most = -1;
    Set<String> required = new LinkedHashSet<>();
    Set<String> names = new LinkedHashSet<>();
    for (Part part : parts) {
      JsonObject schema = part.schema().getAsJsonObject();
      least = Math.max(least, NumberKeywords.count(schema, "minProperties", 0, part.at()));
      most = TextReader.less(most, NumberKeywords.count(schema, "maxProperties", -1, part.at()));
      names.addAll(properties(part).keySet());
      required.addAll(required(part));
    }
    names.addAll(required);
    if (TextReader.exclude(least, most, at, parts.size() > 1)) {
      return nothing("the numbers of properties");
    }
    return names.isEmpty()
        ? new MapReader(reader, parts).read(least, most)
        : object(names, required, least, most);
  }

  private Schema object(Set<String> names, Set<String> required, int least, int most) {
    Automaton allowed = propertyNames();
    List<ObjectSchema.Member> members = new ArrayList<>();
    for (String name : names) {
      reader.languages().effort().spend((long) Conjunction.STEPS * parts.size());
      boolean named = allowed == null || Languages.has(allowed, JsonTexts.quoted(name));
      Schema value = named ? value(name) : nothing("propertyNames");
      boolean never = value instanceof NoSchema nothing && nothing.kinds().isEmpty();
      if (never && required.contains(name)) {
        return nothing(name + " is required and not allowed");
      } else if (!never) {
        members.add(new ObjectSchema.Member(name, value, required.contains(name)));
      }
    }
    members.forEach(member -> checkName(member.name()));
    checkTwins(members);
    return new ObjectSchema(members, least, most, closed(), Keywords.place(at));
  }

  private Schema value(String name) {
    List<Part> all = new ArrayList<>();
    for (Part part : parts) {
      all.addAll(patterns.of(part, name));
    }
    all.addAll(patterns.unevaluated(name));
    return all.isEmpty() ? new AnySchema(AnySchema.MOST_DEPTH) : reader.schema(all);
  }

  private void checkName(String name) {
    if (name.isEmpty()) {
      throw Keywords.refused(
          at + "/properties", "a property without a name fits no column", "give it a name.");
    }
  }

  /** Refuses names that differ only in case, which Spark's columns ignore. */
  private void checkTwins(List<ObjectSchema.Member> members) {
    Map<String, String> seen = new HashMap<>();
    for (ObjectSchema.Member member : members) {
      String twin = seen.put(member.name().toLowerCase(Locale.ROOT), member.name());
      if (twin != null) {
        throw Keywords.refused(
            at + "/properties",
            twin + " and " + member.name() + " differ only in case, which Spark's columns ignore",
            "rename one of them.");
      }
    }
  }

  /** Returns whether one of the schemas forbids unnamed properties. */
  private boolean closed() {
    JsonElement no = new JsonPrimitive(false);
    return parts.stream()
        .map(part -> part.schema().getAsJsonObject())
        .anyMatch(
            schema ->
                no.equals(schema.get("additionalProperties")) && !schema.has("patternProperties"));
  }

  /** Returns the allowed names, as JSON texts; null for all. */
  private Automaton propertyNames() {
    return new MapReader(reader, parts).names();
  }

  static Map<String, JsonElement> properties(Part part) {
    JsonElement properties = part.schema().getAsJsonObject().get("properties");
    if (properties == null) {
      return Map.of();
    } else if (properties instanceof JsonObject object) {
      return object.asMap();
    }
    throw Keywords.refused(part.at() + "/properties", "it must be an object");
  }

  private static List<String> required(Part part) {
    JsonElement required = part.schema().getAsJsonObject().get("required");
    List<String> names = new ArrayList<>();
    if (required == null) {
      return names;
    } else if (!(required instanceof JsonArray list)) {
      throw Keywords.refused(
          part.at() + "/required",
          "it must be a list of properties",
          "write it beside properties, with the names of those that must be there.");
    } else {
      for (JsonElement name : list) {
        if (!(name instanceof JsonPrimitive text && text.isString())) {
          throw Keywords.refused(part.at() + "/required", name + " is no name");
        }
        names.add(text.getAsString());
      }
    }
    return names;
  }

  private NoSchema nothing(String why) {
    return new NoSchema(EnumSet.noneOf(Schema.Kind.class), why + " (at " + at + ")");
  }
}
