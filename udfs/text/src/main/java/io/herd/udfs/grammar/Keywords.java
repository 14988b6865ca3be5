package io.herd.udfs.grammar;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.UserException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The JSON Schema keywords: which are enforced, which are notes, and how the others are refused.
 */
final class Keywords {
  /** Keywords that apply to all values. */
  static final Set<String> OF_ALL =
      Set.of(
          "type", "enum", "const", "$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else");

  /** Keywords that apply to the values of one type. */
  static final Map<String, Set<String>> OF_TYPE =
      Map.of(
          "object",
          Set.of(
              "properties",
              "required",
              "additionalProperties",
              "patternProperties",
              "propertyNames",
              "minProperties",
              "maxProperties",
              "unevaluatedProperties",
              "dependencies",
              "dependentRequired",
              "dependentSchemas"),
          "array",
          Set.of(
              "items",
              "prefixItems",
              "additionalItems",
              "minItems",
              "maxItems",
              "uniqueItems",
              "unevaluatedItems"),
          "string",
          Set.of("minLength", "maxLength", "pattern", "format"),
          "integer",
          NumberKeywords.ALL,
          "number",
          NumberKeywords.ALL,
          "boolean",
          Set.of(),
          "null",
          Set.of());

  /** Notes of JSON Schema and of OpenAPI. */
  private static final Set<String> NOTES =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "example",
          "deprecated",
          "readOnly",
          "writeOnly",
          "discriminator",
          "xml",
          "externalDocs",
          "nullable",
          "contentEncoding",
          "contentMediaType",
          "contentSchema",
          "minContains",
          "maxContains",
          "definitions",
          "id");

  private static final Map<String, String> REFUSED =
      Map.of(
          "contains",
          "describe every item in items, and count the matches afterwards.",
          "$dynamicRef",
          "write a $ref to #/$defs/name.",
          "$recursiveRef",
          "write a $ref to #.");

  private static final String REMEDY =
      "the table at herd.format.json-schema in conf/reference.conf lists the supported keywords.";
  private static final int NEAR = 2;

  private Keywords() {}

  /** Refuses a keyword that can't be enforced, and notes those without effect. */
  static void check(Part part, Remarks remarks) {
    JsonObject schema = part.schema().getAsJsonObject();
    for (String keyword : schema.keySet()) {
      if (REFUSED.containsKey(keyword)) {
        throw refused(part.at(), keyword + " is not supported", REFUSED.get(keyword));
      }
      boolean note = NOTES.contains(keyword) || keyword.startsWith("$") || keyword.startsWith("x-");
      if (!note && !ofValues().anyMatch(keyword::equals)) {
        remarks.unknown(keyword, part.at());
      }
    }
    if (new JsonPrimitive(true).equals(schema.get("nullable"))) {
      remarks.nullable(part.at());
    }
  }

  /** Returns whether all validators enforce a keyword, as they don't with {@code format}. */
  static boolean isAsserted(String keyword) {
    return REFUSED.containsKey(keyword)
        || (!keyword.equals("format") && ofValues().anyMatch(keyword::equals));
  }

  private static Stream<String> ofValues() {
    return Stream.concat(
        OF_ALL.stream(), OF_TYPE.values().stream().flatMap(Set::stream).distinct());
  }

  /** Returns the keyword that was probably meant. */
  static Optional<String> nearest(String unknown) {
    String small = unknown.toLowerCase(Locale.ROOT);
    return Stream.of(ofValues(), REFUSED.keySet().stream(), NOTES.stream())
        .flatMap(each -> each)
        .filter(known -> distance(small, known.toLowerCase(Locale.ROOT)) <= NEAR)
        .min(
            Comparator.comparing((String known) -> distance(small, known.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Returns the number of letters to change, remove or insert. */
  private static int distance(String one, String other) {
    int[] before = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= Math.min(one.length(), 40); i++) {
      int[] row = new int[before.length];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(before[j - 1] + change, 1 + Math.min(before[j], row[j - 1]));
      }
      before = row;
    }
    return before[other.length()];
  }

  /** Returns the types that keywords imply when a schema names none. */
  static List<String> impliedTypes(Set<String> keywords) {
    return Stream.of("object", "array", "string", "number")
        .filter(type -> OF_TYPE.get(type).stream().anyMatch(keywords::contains))
        .toList();
  }

  /** Names a place in the schema, for messages. */
  static String place(String at) {
    return "herd.format.json-schema: at " + at;
  }

  static UserException refused(String at, String problem) {
    return refused(at, problem, REMEDY);
  }

  static UserException refused(String at, String problem, String remedy) {
    return new UserException(place(at) + ": " + problem + ".", remedy);
  }
}
