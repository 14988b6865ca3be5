package io.herd.udfs.grammar;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.herd.udfs.StrictJson;
import io.herd.udfs.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads a JSON Schema (draft 2020-12, and the older spellings of earlier drafts) as far as it
 * describes a regular language of complete documents. What can't be kept to is refused by its name
 * and place, so that what is written is valid for any validator; less may be written than is valid.
 * An object with properties has none but those that are named.
 */
final class SchemaReader {
  private static final int MOST_MERGED = 4_000;
  private static final int MOST_DEPTH = 200;

  private final Languages languages;
  private final References references;
  private final Remarks remarks = new Remarks();
  private int merged;
  private int depth;

  private SchemaReader(JsonElement root, Languages languages) {
    this.languages = languages;
    this.references = new References(languages.effort(), root);
  }

  /**
   * A schema with its warnings.
   *
   * @param warnings sentences on what has no effect
   */
  record Read(Schema schema, List<String> warnings) {}

  /**
   * Reads a schema.
   *
   * @throws UserException when it isn't one, or has what can't be kept to
   */
  static Read read(String json, Languages languages) {
    JsonElement root = unwrapped(parsed(json));
    SchemaReader reader = new SchemaReader(root, languages);
    Schema schema = reader.schema(List.of(Part.root(root)));
    if (schema instanceof NoSchema nothing) {
      throw Keywords.refused(Part.ROOT, "no value fits, because " + nothing.why());
    }
    return new Read(schema, reader.remarks.texts());
  }

  private static JsonElement parsed(String json) {
    try {
      return StrictJson.parse(json);
    } catch (JsonParseException e) {
      throw new UserException(
          "herd.format.json-schema: isn't JSON: " + e.getMessage() + ".",
          "write it with double quotes and without comments or a comma before a bracket.",
          e);
    }
  }

  /** Unwraps {@code {name, strict, schema}} of OpenAI's API, and the object around it. */
  private static JsonElement unwrapped(JsonElement root) {
    if (root instanceof JsonObject outer) {
      if (outer.get("json_schema") instanceof JsonObject inner && !outer.has("properties")) {
        return unwrapped(inner);
      } else if (outer.get("schema") instanceof JsonObject schema
          && outer.keySet().stream().noneMatch(Keywords::isAsserted)) {
        return schema;
      } else if (outer.get("schema") instanceof JsonObject schema
          && outer.keySet().stream().filter(Keywords::isAsserted).allMatch("type"::equals)
          && String.valueOf(outer.get("type")).equals("\"json_schema\"")) {
        return schema;
      }
    }
    return root;
  }

  /** Returns the languages that are compiled while reading. */
  Languages languages() {
    return languages;
  }

  Schema schema(Part part) {
    return schema(List.of(part));
  }

  /** Reads the conjunction of schemas of one value. */
  Schema schema(List<Part> parts) {
    Conjunction all = new Conjunction(languages.effort(), references, remarks);
    parts.forEach(all::add);
    return schema(all);
  }

  private Schema schema(Conjunction all) {
    if (++merged > MOST_MERGED || depth > MOST_DEPTH) {
      throw Keywords.refused(
          all.parts().isEmpty() ? Part.ROOT : all.parts().get(0).at(),
          "there are too many combinations of alternatives and references, or they nest too deep",
          "write fewer anyOf, oneOf, if and dependencies beside each other, or fewer $ref that"
              + " contain themselves.");
    }
    if (all.nothing() != null) {
      return all.nothing();
    }
    depth++;
    try {
      Schema schema = all.choices().isEmpty() ? new ValueReader(this, all).read() : chosen(all);
      return all.recursive() ? new ViewedSchema(schema, true, false) : schema;
    } finally {
      depth--;
    }
  }

  private Schema chosen(Conjunction all) {
    Conjunction.Choice choice = all.choices().get(0);
    List<Schema> alternatives = new ArrayList<>();
    for (List<Part> each : choice.alternatives()) {
      alternatives.add(schema(all.with(each)));
    }
    if (choice.exactlyOne()) {
      separate(alternatives, all, choice);
    }
    if (alternatives.stream().allMatch(NoSchema.class::isInstance)) {
      return alternatives.get(0);
    }
    boolean ofOneObject =
        all.parts().stream().anyMatch(part -> part.schema().getAsJsonObject().has("properties"));
    return alternatives.size() == 1
        ? alternatives.get(0)
        : new UnionSchema(alternatives, ofOneObject);
  }

  /**
   * Excludes the second alternative's texts from the first, and vice versa, if both may allow a
   * value.
   */
  private void separate(List<Schema> alternatives, Conjunction all, Conjunction.Choice choice) {
    List<Schema> whole = List.copyOf(alternatives);
    for (int i = 0; i < whole.size(); i++) {
      List<Part> own = new ArrayList<>(choice.alternatives().get(i));
      int overlapping = -1;
      for (int j = 0; j < whole.size(); j++) {
        if (i != j && !whole.get(i).excludes(languages, whole.get(j))) {
          overlapping = j;
          own.addAll(opposites(choice, i, j));
        }
      }
      if (overlapping >= 0 && !(whole.get(i) instanceof NoSchema)) {
        Schema narrowed = schema(all.with(own));
        if (narrowed instanceof NoSchema) {
          throw overlap(choice, i, overlapping, null);
        }
        alternatives.set(i, narrowed);
      }
    }
  }

  private List<Part> opposites(Conjunction.Choice choice, int one, int other) {
    try {
      Negation negation = new Negation(languages.effort(), references);
      return choice.alternatives().get(other).stream().map(negation::of).toList();
    } catch (UserException e) {
      throw overlap(choice, one, other, e);
    }
  }

  private static UserException overlap(
      Conjunction.Choice choice, int one, int other, Throwable cause) {
    return new UserException(
        String.format(
            Locale.ROOT,
            "%s: alternatives %d and %d may allow the same value.",
            Keywords.place(choice.at() + "/oneOf"),
            Math.min(one, other),
            Math.max(one, other)),
        "write anyOf.",
        cause);
  }
}
