package io.herd.udfs.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaReaderTest {

  private static void accepts(String schema, String... texts) {
    for (String text : texts) {
      assertThat(Texts.accepts(Format.jsonSchema(schema), text)).as(text).isTrue();
    }
  }

  private static void rejects(String schema, String... texts) {
    for (String text : texts) {
      assertThat(Texts.accepts(Format.jsonSchema(schema), text)).as(text).isFalse();
    }
  }

  @Test
  void object_optionalMembers_mayBeLeftOutInOrder() {
    String schema =
        """
        {"type": "object", "required": ["b"], "properties": {
          "a": {"type": "boolean"}, "b": {"type": "null"}, "c": {"const": 1}}}""";
    accepts(
        schema,
        "{\"b\":null}",
        "{\"a\":true,\"b\":null}",
        "{\"b\": null, \"c\": 1}",
        "{\"a\": false, \"b\":null,\"c\":1}");
    rejects(
        schema,
        "{}",
        "{\"a\":true}",
        "{\"b\":null,\"a\":true}",
        "{\"b\":null,}",
        "{,\"b\":null}",
        "{ \"b\":null}",
        "{\"b\":  null}",
        "{\"b\":null,\"d\":1}",
        "{\"b\":null,\"b\":null}");
  }

  @Test
  void object_allOptional_mayBeEmpty() {
    String schema =
        """
        {"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}}}""";
    accepts(schema, "{}", "{\"a\":1}", "{\"b\":2}", "{\"a\":1,\"b\":2}");
    rejects(schema, "{\"b\":2,\"a\":1}", "{,}", "{\"a\":1,}");
  }

  @Test
  void array_itemBounds_areKept() {
    String schema =
        """
        {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 3}""";
    accepts(schema, "[true]", "[true,false]", "[true, false, true]");
    rejects(schema, "[]", "[true,]", "[ true]", "[true,true,true,true]", "[1]");
    accepts("{\"type\": \"array\", \"items\": {\"const\": 1}}", "[]", "[1]", "[1,1, 1,1,1,1,1]");
    rejects("{\"type\": \"array\", \"items\": {\"const\": 1}, \"maxItems\": 0}", "[1]");
    accepts("{\"type\": \"array\", \"items\": {\"const\": 1}, \"maxItems\": 0}", "[]");
  }

  @Test
  void string_lengths_countCodePointsOfTheValue() {
    String schema = "{\"type\": \"string\", \"minLength\": 2, \"maxLength\": 3}";
    accepts(schema, "\"ab\"", "\"é😀\"", "\"\\\"\\\\\\n\"", "\"\\u0001\\u001fa\"", "\"a/\u2028\"");
    rejects(
        schema,
        "\"a\"",
        "\"abcd\"",
        "\"\\\"\"",
        "\"a\nb\"",
        "\"a\\qb\"",
        "\"a\\/b\"",
        "\"\\u00e9a\"");
  }

  @Test
  void string_bytes_areWellFormedUtf8() {
    Dfa dfa = new Dfa(Format.jsonSchema("{\"type\": \"string\"}").texts(), false);
    for (String hex :
        List.of("c080", "e08080", "e09fbf", "eda080", "f0808080", "f4908080", "ff", "80")) {
      int state = dfa.step(dfa.start(), (byte) '"');
      for (byte b : HexFormat.of().parseHex(hex)) {
        state = state < 0 ? state : dfa.step(state, b);
      }
      assertThat(state).as(hex).isNegative();
    }
  }

  @Test
  void string_pattern_isFoundInTheValue() {
    String schema = "{\"type\": \"string\", \"pattern\": \"^[A-Z]{2}-\\\\d+$\", \"maxLength\": 5}";
    accepts(schema, "\"AB-1\"", "\"AB-12\"");
    rejects(schema, "\"AB-123\"", "\"xAB-1\"", "\"AB-\"");
    accepts("{\"type\": \"string\", \"pattern\": \"\\\"\"}", "\"say \\\"\"");
    rejects("{\"type\": \"string\", \"pattern\": \"\\\"\"}", "\"say \"", "\"say \"\"");
  }

  @Test
  void numbers_bounds_areKept() {
    accepts("{\"type\": \"integer\", \"exclusiveMinimum\": 0.5, \"maximum\": 12}", "1", "9", "12");
    rejects(
        "{\"type\": \"integer\", \"exclusiveMinimum\": 0.5, \"maximum\": 12}", "0", "13", "1.0");
    accepts("{\"type\": \"number\", \"minimum\": 0, \"exclusiveMaximum\": 1}", "0", "0.999", "0.0");
    rejects("{\"type\": \"number\", \"minimum\": 0, \"exclusiveMaximum\": 1}", "1", "-0.1", "1.0");
  }

  @Test
  void enumAndConst_anyValues_areWrittenAsTheyAre() {
    accepts(
        "{\"enum\": [\"a\\\"b\", 1.50, null, [1, {\"x\": \"é\"}]]}",
        "\"a\\\"b\"",
        "1.50",
        "null",
        "[1,{\"x\":\"é\"}]");
    rejects("{\"type\": \"string\", \"enum\": [\"a\", 1]}", "1");
  }

  @Test
  void alternatives_typesRefsAndNull_areUnited() {
    String schema =
        """
        {"$defs": {"n": {"type": ["integer", "null"], "minimum": 3, "maximum": 4}},
         "anyOf": [{"$ref": "#/$defs/n"}, {"type": "string", "maxLength": 0}]}""";
    accepts(schema, "3", "4", "null", "\"\"");
    rejects(schema, "5", "\"a\"", "nul");
  }

  @Test
  void oneOf_alternativesThatExcludeEachOther_areUnited() {
    accepts("{\"oneOf\": [{\"type\": \"integer\"}, {\"type\": \"string\"}]}", "1", "\"a\"");
    accepts(
        """
        {"oneOf": [
          {"type": "object", "required": ["k"], "properties": {"k": {"const": "a"}}},
          {"type": "object", "required": ["k"], "properties": {"k": {"const": "b"}}}]}""",
        "{\"k\":\"a\"}",
        "{\"k\":\"b\"}");
    accepts(
        "{\"oneOf\": [{\"type\": \"string\", \"pattern\": \"^a\"}, {\"enum\": [\"b\"]}]}",
        "\"ab\"",
        "\"b\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"allOf\": [{\"type\": \"string\"}]}; #: allOf is not supported",
        "{\"type\": \"string\", \"not\": {\"const\": \"a\"}}; #: not is not supported",
        "{\"type\": \"string\", \"format\": \"date\"}; #: format is not supported",
        "{\"type\": \"integer\", \"multipleOf\": 2}; #: multipleOf is not supported",
        "{\"type\": \"integer\", \"minLength\": 2}; #: minLength is not supported beside type integer",
        "{\"type\": \"string\", \"nullable\": true}; #: nullable is not supported",
        "{\"type\": \"array\", \"items\": {\"type\": \"null\"}, \"uniqueItems\": true}; #: uniqueItems is not supported",
        "{\"type\": \"array\"}; #: an array needs items",
        "{\"type\": \"array\", \"items\": {\"if\": {}}}; #/items: if is not supported",
        "{\"type\": \"object\"}; #: an object needs properties",
        "{\"type\": \"object\", \"properties\": {\"a\": {}}}; #/properties/a: it needs a type",
        "{\"type\": \"object\", \"properties\": {\"a\": true}}; #/properties/a: a schema must be an object",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"const\": 1}}, \"patternProperties\": {}}; #: patternProperties is not supported",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"const\": 1}}, \"additionalProperties\": true}; #: additionalProperties is supported as false alone",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"const\": 1}}, \"required\": [\"b\"]}; #/required: \"b\" is not among the properties",
        "{\"type\": \"text\"}; #/type: text is not a type",
        "{\"type\": \"string\", \"minLength\": -1}; #/minLength: it must be a whole number",
        "{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 2}; #: at least 3 and at most 2 exclude each other",
        "{\"type\": \"integer\", \"minimum\": 1.1, \"maximum\": 1.9}; #: no whole number",
        "{\"type\": \"number\", \"exclusiveMinimum\": 1, \"maximum\": 1}; #: no number",
        "{\"type\": \"number\", \"exclusiveMinimum\": true}; #/exclusiveMinimum: it must be a number",
        "{\"type\": \"integer\", \"minimum\": 1e999999}; #/minimum: it must be a number of reasonable size",
        "{\"type\": \"string\", \"enum\": [1]}; #/enum: it has no value, or none of its type",
        "{\"enum\": [1], \"minimum\": 0}; #: minimum is not supported beside enum",
        "{\"$ref\": \"other.json\"}; #/$ref: \"other.json\" is not in this schema",
        "{\"$ref\": \"#/$defs/a\"}; #/$ref: there is no #/$defs/a",
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/a\"}}}}; #/$defs/a/items/$ref: #/$defs/a contains itself",
        "{\"oneOf\": [{\"type\": \"integer\"}, {\"type\": \"number\"}]}; #/oneOf: alternatives 0 and 1 may allow the same value",
        "{\"type\": \"string\", \"pattern\": \"a\\\\b\"}; #: the regular expression a\\b has \\b at character 3",
      })
  void schema_whatCantBeKept_isRefusedByNameAndPlace(String schema, String problem) {
    assertThatThrownBy(() -> Format.jsonSchema(schema).check())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.format.json-schema: at " + problem);
  }

  @Test
  void schema_notJson_isRefused() {
    for (String text : List.of("{type: string}", "{\"type\": \"string\",}", "{} {}", "")) {
      assertThatThrownBy(() -> Format.jsonSchema(text).check())
          .as(text)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("isn't JSON");
    }
  }

  @Test
  void sparkType_everyKind_isDerived() {
    String schema =
        """
        {"type": "object", "properties": {
          "a b": {"type": ["integer", "null"]}, "n": {"type": "number"}, "s": {"type": "string"},
          "t": {"type": "boolean"}, "e": {"enum": ["x", "y", null]}, "k": {"const": 5},
          "l": {"type": "array", "items": {"type": "object", "properties": {"q`": {"const": 1.5}}}},
          "u": {"anyOf": [{"type": "integer"}, {"type": "number"}]},
          "m": {"anyOf": [{"type": "integer"}, {"type": "string"}]}}}""";
    assertThat(Format.jsonSchema(schema).sparkType())
        .contains(
            "struct<`a b`: bigint, `n`: double, `s`: string, `t`: boolean, `e`: string, `k`: bigint,"
                + " `l`: array<struct<`q```: double>>, `u`: double, `m`: string>");
  }
}
