package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.UserException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.util.automaton.Automaton;

/** Reads a conjunction of keywords without choices between schemas. */
final class ValueReader {
  private static final List<String> ALL =
      List.of("object", "array", "string", "number", "boolean", "null");

  private final SchemaReader reader;
  private final List<Part> parts;
  private final String at;
  private final Set<String> keywords = new HashSet<>();
  private final Map<String, Automaton> compiled = new HashMap<>(); // by type

  ValueReader(SchemaReader reader, Conjunction all) {
    this.reader = reader;
    this.parts = all.parts();
    this.at = parts.isEmpty() ? Part.ROOT : parts.get(0).at();
    parts.forEach(part -> keywords.addAll(part.schema().getAsJsonObject().keySet()));
  }

  Schema read() {
    Set<String> types = types();
    List<JsonElement> literals = literals();
    if (literals != null) {
      return kept(literals, types == null ? Set.copyOf(ALL) : types);
    } else if (types != null) {
      return ofTypes(types);
    }
    List<String> implied = impliedTypes();
    if (!implied.isEmpty()) {
      return new ViewedSchema(ofTypes(new LinkedHashSet<>(implied)), false, true);
    }
    return keywords.contains("not")
        ? ofTypes(new LinkedHashSet<>(ALL))
        : new AnySchema(AnySchema.MOST_DEPTH);
  }

  private List<String> impliedTypes() {
    Set<String> meant = new HashSet<>(keywords);
    if (parts.stream().allMatch(part -> TextReader.format(part) == null)) {
      meant.remove("format");
    }
    return Keywords.impliedTypes(meant);
  }

  private Schema ofTypes(Set<String> types) {
    if (types.isEmpty()) {
      return new NoSchema(
          EnumSet.noneOf(Schema.Kind.class), "the types at " + at + " exclude each other");
    }
    List<Schema> alternatives = new ArrayList<>();
    types.forEach(type -> alternatives.add(ofType(type)));
    if (alternatives.stream().allMatch(NoSchema.class::isInstance)) {
      return alternatives.get(0);
    }
    return alternatives.size() == 1 ? alternatives.get(0) : new UnionSchema(alternatives);
  }

  /** Returns the named types; null if there are none. */
  private Set<String> types() {
    Set<String> types = null;
    for (Part part : parts) {
      JsonObject schema = part.schema().getAsJsonObject();
      if (schema.has("type")) {
        Set<String> own = types(schema.get("type"), part.at());
        types = types == null ? own : common(types, own);
      }
    }
    if (types != null && types.contains("number")) {
      types.remove("integer");
    }
    return types;
  }

  private static Set<String> common(Set<String> one, Set<String> other) {
    Set<String> common = new LinkedHashSet<>(one);
    common.retainAll(other);
    if ((one.contains("number") && other.contains("integer"))
        || (one.contains("integer") && other.contains("number"))) {
      common.add("integer");
    }
    return common;
  }

  private static Set<String> types(JsonElement value, String at) {
    Set<String> types = new LinkedHashSet<>();
    List<JsonElement> several = value instanceof JsonArray list ? list.asList() : List.of(value);
    for (JsonElement type : several) {
      String name = type instanceof JsonPrimitive text ? text.getAsString() : String.valueOf(type);
      if (!Keywords.OF_TYPE.containsKey(name)) {
        throw Keywords.refused(
            at + "/type",
            name + " is not a type; there are " + new TreeSet<>(Keywords.OF_TYPE.keySet()));
      }
      types.add(name);
    }
    return types;
  }

  private Schema ofType(String type) {
    return switch (type) {
      case "object" -> new ObjectReader(reader, parts).read();
      case "array" -> new ArrayReader(reader, parts).read();
      case "string" -> new TextReader(parts).read();
      case "integer", "number" -> number(type);
      case "boolean" -> without(List.of(new JsonPrimitive(true), new JsonPrimitive(false)));
      default -> without(List.of(JsonNull.INSTANCE));
    };
  }

  private Schema number(String type) {
    NumberKeywords bounds = new NumberKeywords(parts);
    Schema numbers =
        type.equals("integer") ? bounds.integers() : bounds.numbers(reader.languages());
    if (numbers == null) {
      return nothing(
          type.equals("integer")
              ? "no whole number of 64 bits is between its bounds"
              : "no number of at most " + Numerals.MOST_DIGITS + " digits is between its bounds");
    }
    List<Automaton> not =
        forbidden().stream()
            .map(NumberKeywords::decimal)
            .filter(
                value ->
                    value != null && value.precision() - value.scale() <= Numerals.MOST_DIGITS + 4)
            .map(value -> Numerals.spelled(reader.languages(), value))
            .toList();
    return not.isEmpty() ? numbers : new ExceptSchema(numbers, not, Keywords.place(at));
  }

  private Schema without(List<JsonElement> values) {
    List<JsonElement> forbidden = forbidden();
    List<JsonElement> kept = values.stream().filter(value -> !has(forbidden, value)).toList();
    return kept.isEmpty() ? nothing("not forbids all its values") : new LiteralSchema(kept);
  }

  private List<JsonElement> common(List<JsonElement> values, List<JsonElement> others) {
    reader.languages().effort().spend((long) values.size() * others.size());
    return values.stream().filter(each -> has(others, each)).toList();
  }

  private static boolean has(List<JsonElement> values, JsonElement value) {
    return values.stream().anyMatch(each -> LiteralSchema.same(each, value));
  }

  /** Returns the intersection of all enums and consts; null without any. */
  private List<JsonElement> literals() {
    List<JsonElement> values = null;
    for (Part part : parts) {
      JsonObject schema = part.schema().getAsJsonObject();
      for (String keyword : List.of("enum", "const")) {
        if (schema.has(keyword)) {
          List<JsonElement> own = literals(schema.get(keyword), keyword, part.at());
          values = values == null ? own : common(values, own);
        }
      }
    }
    return values;
  }

  private static List<JsonElement> literals(JsonElement value, String keyword, String at) {
    if (keyword.equals("const")) {
      return List.of(value);
    } else if (value instanceof JsonArray list) {
      return list.asList();
    }
    throw Keywords.refused(at + "/enum", "it must be a list of values");
  }

  /** Returns the single values that {@code not} names. */
  private List<JsonElement> forbidden() {
    List<JsonElement> all = new ArrayList<>();
    for (Part part : parts) {
      JsonElement not = part.schema().getAsJsonObject().get("not");
      if (not != null && Negation.isPlain(not)) {
        JsonObject schema = not.getAsJsonObject();
        for (String keyword : List.of("enum", "const")) {
          if (schema.has(keyword)) {
            all.addAll(literals(schema.get(keyword), keyword, part.at()));
          }
        }
      }
    }
    return all;
  }

  private Schema kept(List<JsonElement> literals, Set<String> types) {
    List<JsonElement> forbidden = forbidden();
    reader.languages().effort().spend((long) literals.size() * forbidden.size());
    List<JsonElement> kept =
        literals.stream()
            .filter(
                value -> isOf(value, types) && !has(forbidden, value) && isOtherwiseValid(value))
            .toList();
    return kept.isEmpty()
        ? nothing("enum or const has no value, or none of its type")
        : new LiteralSchema(kept);
  }

  private static boolean isOf(JsonElement value, Set<String> types) {
    return switch (LiteralSchema.kind(value)) {
      case NUMBER ->
          types.contains("number") || (types.contains("integer") && LiteralSchema.isWhole(value));
      default -> types.contains(nameOf(LiteralSchema.kind(value)));
    };
  }

  private static String nameOf(Schema.Kind kind) {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Checks a value against the other keywords of its type, as far as it would be generated. */
  private boolean isOtherwiseValid(JsonElement value) {
    String type = nameOf(LiteralSchema.kind(value));
    boolean asked =
        Keywords.OF_TYPE.get(type).stream()
            .anyMatch(keyword -> !keyword.equals("format") && keywords.contains(keyword));
    if (!asked) {
      return true;
    }
    return Languages.has(compiled.computeIfAbsent(type, this::compiled), JsonTexts.write(value));
  }

  private Automaton compiled(String type) {
    Languages languages = reader.languages();
    return languages.deterministic(ofType(type).texts(languages), Keywords.place(at));
  }

  /** An empty conjunction isn't an error of a single schema. */
  private Schema nothing(String why) {
    UserException refused = Keywords.refused(at, why);
    if (parts.size() == 1) {
      throw refused;
    }
    return new NoSchema(EnumSet.noneOf(Schema.Kind.class), why + " (at " + at + ")");
  }
}
