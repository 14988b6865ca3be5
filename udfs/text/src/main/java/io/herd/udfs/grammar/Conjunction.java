package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The conjunction of all schemas of one value: references are followed and {@code allOf} is
 * flattened, so that only keywords and choices between schemas remain.
 */
final class Conjunction {
  /** How many levels deep a recursive schema is expanded. */
  static final int MOST_NESTED = AnySchema.MOST_DEPTH;

  /** Maximum chain of {@code $ref} and {@code allOf}, before the stack overflows. */
  private static final int MOST_LED = 500;

  /** The cost of examining one schema, in steps. */
  static final int STEPS = 100;

  private final Effort effort;
  private final References references;
  private final Remarks remarks;
  private final List<Part> parts = new ArrayList<>();
  private final List<Choice> choices = new ArrayList<>();
  private NoSchema nothing;
  private boolean recursive;
  private int led;

  /** Schemas of which at least one, or exactly one, must hold. */
  record Choice(List<List<Part>> alternatives, boolean exactlyOne, String at) {}

  Conjunction(Effort effort, References references, Remarks remarks) {
    this.effort = effort;
    this.references = references;
    this.remarks = remarks;
  }

  /** Replaces the first choice by one of its alternatives. */
  Conjunction with(List<Part> more) {
    effort.spend(parts.size() + choices.size());
    Conjunction next = new Conjunction(effort, references, remarks);
    next.parts.addAll(parts);
    next.choices.addAll(choices.subList(1, choices.size()));
    next.nothing = nothing;
    next.recursive = recursive;
    more.forEach(next::add);
    return next;
  }

  List<Part> parts() {
    return parts;
  }

  List<Choice> choices() {
    return choices;
  }

  /** Returns why there is no value, or null. */
  NoSchema nothing() {
    return nothing;
  }

  /** Returns whether one of the schemas contains itself. */
  boolean recursive() {
    return recursive;
  }

  void add(Part part) {
    effort.spend(STEPS);
    if (++led > MOST_LED) {
      throw Keywords.refused(
          part.at(),
          "more than " + MOST_LED + " $ref and allOf lead to each other",
          "replace the first one by the content of the last one.");
    }
    read(part);
    led--;
  }

  private void read(Part part) {
    if (part.schema() instanceof JsonPrimitive flag && flag.isBoolean()) {
      if (!flag.getAsBoolean()) {
        nothing = new NoSchema(EnumSet.noneOf(Schema.Kind.class), part.at() + " is false");
      }
      return;
    }
    if (!(part.schema() instanceof JsonObject schema)) {
      throw Keywords.refused(part.at(), "a schema must be an object, true or false");
    }
    Keywords.check(part, remarks);
    Part own = schema.has("unevaluatedProperties") ? part.scoped() : part;
    boolean added = false;
    for (String keyword : schema.keySet()) {
      if (!added && keyword.equals("properties")) {
        added = parts.add(own); // so that properties are in the order of the lines
      }
      open(keyword, schema.get(keyword), own);
    }
    if (!added) {
      parts.add(own);
    }
  }

  private void open(String keyword, JsonElement value, Part part) {
    switch (keyword) {
      case "$ref" -> follow(value, part);
      case "allOf" -> alternatives(value, part, keyword).forEach(this::add);
      case "anyOf", "oneOf" -> {
        List<List<Part>> each = alternatives(value, part, keyword).stream().map(List::of).toList();
        choose(each, keyword.equals("oneOf"), part);
      }
      case "not" -> {
        if (!Negation.isPlain(value)) {
          add(new Negation(effort, references).of(part.beside(value, keyword)));
        } else if (value.getAsJsonObject().has("pattern")) {
          JsonObject text = new JsonObject(); // what isn't a text matches all patterns
          text.addProperty("type", "string");
          add(part.beside(text, keyword));
        }
      }
      case "if" -> condition(value, part);
      case "dependencies", "dependentRequired", "dependentSchemas" ->
          Dependencies.of(value, part, keyword).forEach(each -> choose(each, false, part));
      default -> {}
    }
  }

  private void choose(List<List<Part>> alternatives, boolean exactlyOne, Part part) {
    if (alternatives.size() == 1) {
      alternatives.get(0).forEach(this::add);
    } else {
      choices.add(new Choice(alternatives, exactlyOne, part.at()));
    }
  }

  private static List<Part> alternatives(JsonElement value, Part part, String keyword) {
    if (!(value instanceof JsonArray list) || list.isEmpty()) {
      throw Keywords.refused(part.at() + "/" + keyword, "it must be a list of schemas");
    }
    List<Part> all = new ArrayList<>();
    for (JsonElement each : list) {
      all.add(part.beside(each, keyword + "/" + all.size()));
    }
    return all;
  }

  private void condition(JsonElement condition, Part part) {
    JsonObject schema = part.schema().getAsJsonObject();
    if (!schema.has("then") && !schema.has("else")) {
      return;
    }
    Part asked = part.beside(condition, "if");
    List<Part> then = new ArrayList<>(List.of(asked));
    List<Part> otherwise = new ArrayList<>(List.of(new Negation(effort, references).of(asked)));
    if (schema.has("then")) {
      then.add(part.beside(schema.get("then"), "then"));
    }
    if (schema.has("else")) {
      otherwise.add(part.beside(schema.get("else"), "else"));
    }
    choose(List.of(then, otherwise), false, part);
  }

  /** Follows a reference; a recursive schema is expanded up to the maximum depth. */
  private void follow(JsonElement reference, Part part) {
    Part target = references.follow(reference, part);
    int times = part.timesFollowed(target.at());
    recursive |= times > 0;
    if (times >= MOST_NESTED) {
      Set<Schema.Kind> kinds = Shallow.kinds(target.schema());
      nothing = nothing == null ? new NoSchema(kinds, target.at() + " nests too deep") : nothing;
      return;
    }
    add(target);
  }
}
