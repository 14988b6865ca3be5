package io.herd.udfs.grammar;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/** Reads objects without named properties. */
final class MapReader {
  private final SchemaReader reader;
  private final List<Part> parts;
  private final String at;

  MapReader(SchemaReader reader, List<Part> parts) {
    this.reader = reader;
    this.parts = parts;
    this.at = parts.isEmpty() ? Part.ROOT : parts.get(0).at();
  }

  private record Pattern(String regex, JsonElement schema, Part part) {}

  Schema read(int least, int most) {
    List<MapSchema.Entry> entries = new ArrayList<>();
    List<Pattern> patterns = new ArrayList<>();
    for (Part part : parts) {
      NamePatterns.patterns(part)
          .forEach((regex, schema) -> patterns.add(new Pattern(regex, schema, part)));
    }
    if (patterns.isEmpty()) {
      Automaton names = names();
      entries.add(
          new MapSchema.Entry(
              names == null ? MapSchema.anyName(reader.languages()) : names,
              value(null, Set.of())));
    }
    for (Pattern pattern : patterns) {
      entries.add(entry(pattern, patterns));
    }
    entries.removeIf(entry -> entry.value() instanceof NoSchema);
    if (least > 0 && entries.isEmpty()) {
      return new NoSchema(EnumSet.noneOf(Schema.Kind.class), "no property is allowed at " + at);
    }
    if (least > 1) {
      throw Keywords.refused(
          at,
          "minProperties above 1 is not supported where properties aren't named",
          "name them in properties, or write 1.");
    }
    return new MapSchema(entries, least, most, Keywords.place(at));
  }

  /** Restricts to names that match one pattern only, so that no other pattern applies to them. */
  private MapSchema.Entry entry(Pattern pattern, List<Pattern> all) {
    List<TextSchema.Rule> rules = new ArrayList<>();
    rules.add(new TextSchema.Rule(TextSchema.Meaning.FOUND, pattern.regex()));
    for (Pattern other : all) {
      if (!other.equals(pattern)) {
        rules.add(new TextSchema.Rule(TextSchema.Meaning.NOT_FOUND, other.regex()));
      }
    }
    String place = Keywords.place(pattern.part().at() + "/patternProperties");
    Automaton names = new TextSchema(0, -1, rules, place).texts(reader.languages());
    Automaton allowed = names();
    if (allowed != null) {
      names =
          reader.languages().reduced(reader.languages().intersection(names, allowed, place), place);
    }
    return new MapSchema.Entry(names, value(pattern, pattern.part().scopes()));
  }

  private Schema value(Pattern pattern, Set<String> evaluatedIn) {
    List<Part> all = new ArrayList<>();
    Set<String> evaluated = new HashSet<>(evaluatedIn);
    for (Part part : parts) {
      JsonObject schema = part.schema().getAsJsonObject();
      if (pattern != null && pattern.part().equals(part)) {
        all.add(part.inside(pattern.schema(), "patternProperties/" + pattern.regex()));
      } else if (schema.has("additionalProperties")) {
        all.add(part.inside(schema.get("additionalProperties"), "additionalProperties"));
        evaluated.addAll(part.scopes());
      }
    }
    for (Part part : parts) {
      JsonElement rest = part.schema().getAsJsonObject().get("unevaluatedProperties");
      if (rest != null && !evaluated.contains(part.at())) {
        all.add(part.inside(rest, "unevaluatedProperties"));
      }
    }
    return all.isEmpty() ? new AnySchema(AnySchema.MOST_DEPTH - 1) : reader.schema(all);
  }

  /** Returns the names that {@code propertyNames} allows, as JSON texts; null for all. */
  Automaton names() {
    List<Part> all = new ArrayList<>();
    for (Part part : parts) {
      JsonElement names = part.schema().getAsJsonObject().get("propertyNames");
      if (names != null) {
        all.add(part.inside(names, "propertyNames"));
      }
    }
    if (all.isEmpty()) {
      return null;
    }
    JsonObject text = new JsonObject();
    text.add("type", new JsonPrimitive("string"));
    all.add(all.get(0).inside(text, "type"));
    String place = Keywords.place(at + "/propertyNames");
    return reader.languages().reduced(reader.schema(all).texts(reader.languages()), place);
  }
}
