package io.herd.udfs.grammar;

import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import java.util.Map;
import java.util.Set;

/** Which keywords of JSON Schema are kept to, and how the others are refused. */
final class Keywords {
  private static final Set<String> NOTES =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "$comment",
          "deprecated",
          "readOnly",
          "writeOnly",
          "$defs",
          "definitions");
  private static final Set<String> NOTES_OF_THE_ROOT = Set.of("$schema", "$id");
  static final Map<String, Set<String>> OF_TYPE =
      Map.of(
          "object", Set.of("properties", "required", "additionalProperties"),
          "array", Set.of("items", "minItems", "maxItems"),
          "string", Set.of("minLength", "maxLength", "pattern"),
          "integer", NumberKeywords.ALL,
          "number", NumberKeywords.ALL,
          "boolean", Set.of(),
          "null", Set.of());
  private static final String REMEDY =
      "use type, enum, const, properties, required, items, minItems, maxItems, minLength,"
          + " maxLength, pattern, minimum, maximum, exclusiveMinimum, exclusiveMaximum, anyOf, oneOf,"
          + " and $ref without recursion; see herd.format in conf/reference.conf.";

  private Keywords() {}

  /**
   * Refuses every keyword that has no meaning here.
   *
   * @param main the keyword, or the type, that the schema is read by
   * @param meant the keywords that say more of it
   */
  static void onlyBeside(JsonObject schema, String at, String main, Set<String> meant) {
    for (String keyword : schema.keySet()) {
      boolean note =
          NOTES.contains(keyword) || (at.equals("#") && NOTES_OF_THE_ROOT.contains(keyword));
      if (!note && !meant.contains(keyword) && !keyword.equals(main)) {
        boolean known =
            OF_TYPE.values().stream().anyMatch(of -> of.contains(keyword))
                || Set.of("type", "enum", "const", "anyOf", "oneOf", "$ref").contains(keyword);
        throw refused(
            at, keyword + (known ? " is not supported beside " + main : " is not supported"));
      }
    }
  }

  /** Names a place in the schema, for messages. */
  static String place(String at) {
    return "herd.format.json-schema: at " + at;
  }

  static UserException refused(String at, String problem) {
    return new UserException(place(at) + ": " + problem + ".", REMEDY);
  }
}
