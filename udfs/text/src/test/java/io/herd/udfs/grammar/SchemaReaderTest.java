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
          "a": {"type": "boolean"}, "b": {"type": "null"}, "c": {"const": 1}}}\
        """;
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
        {"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}}}\
        """;
    accepts(schema, "{}", "{\"a\":1}", "{\"b\":2}", "{\"a\":1,\"b\":2}");
    rejects(schema, "{\"b\":2,\"a\":1}", "{,}", "{\"a\":1,}");
  }

  @Test
  void array_itemBounds_areKept() {
    String schema =
        """
        {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 3}\
        """;
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
         "anyOf": [{"$ref": "#/$defs/n"}, {"type": "string", "maxLength": 0}]}\
        """;
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
          {"type": "object", "required": ["k"], "properties": {"k": {"const": "b"}}}]}\
        """,
        "{\"k\":\"a\"}",
        "{\"k\":\"b\"}");
    accepts(
        "{\"oneOf\": [{\"type\": \"string\", \"pattern\": \"^a\"}, {\"enum\": [\"b\"]}]}",
        "\"ab\"",
        "\"b\"");
  }

  @Test
  void format_regularOnes_areKeptTo() {
    accepts("{\"type\": \"string\", \"format\": \"date\"}", "\"2024-02-29\"", "\"1999-12-31\"");
    rejects(
        "{\"type\": \"string\", \"format\": \"date\"}",
        "\"2023-02-29\"",
        "\"1900-02-29\"",
        "\"2024-04-31\"",
        "\"0000-01-01\"",
        "\"2024-1-1\"");
    accepts("{\"format\": \"time\"}", "\"23:59:59Z\"", "\"00:00:00.25+05:30\"");
    rejects("{\"format\": \"time\"}", "\"24:00:00Z\"", "\"10:00:00\"", "1");
    accepts("{\"format\": \"date-time\"}", "\"2024-02-29T10:00:00Z\"");
    rejects("{\"format\": \"date-time\"}", "\"2024-02-29 10:00:00Z\"", "\"2024-02-29\"");
    accepts("{\"format\": \"uuid\"}", "\"123e4567-e89b-12d3-A456-426614174000\"");
    rejects("{\"format\": \"uuid\"}", "\"123e4567e89b12d3a456426614174000\"");
    accepts("{\"format\": \"ipv4\"}", "\"192.168.0.255\"");
    rejects("{\"format\": \"ipv4\"}", "\"192.168.0.256\"", "\"192.168.00.1\"");
    accepts("{\"format\": \"email\"}", "\"a.b+c@mail.example-1.org\"");
    rejects("{\"format\": \"email\"}", "\"a@b\"", "\".a@b.org\"", "\"a@-b.org\"");
  }

  @Test
  void format_others_areNotes() {
    accepts("{\"type\": \"string\", \"format\": \"uri\", \"maxLength\": 3}", "\"a b\"");
    accepts("{\"type\": \"integer\", \"format\": \"int32\", \"maximum\": 3}", "3");
  }

  @Test
  void additionalProperties_aSchema_isAMap() {
    String schema =
        """
        {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 9},
         "maxProperties": 2}\
        """;
    accepts(schema, "{}", "{\"a\":1}", "{\"\": 1, \"b\\n\":2}");
    rejects(schema, "{\"a\":\"1\"}", "{\"a\":1,\"b\":1,\"c\":1}", "{a:1}");
    assertThat(Format.jsonSchema(schema).column().orElseThrow().ddl())
        .isEqualTo("map<string, bigint>");
  }

  @Test
  void additionalProperties_besideProperties_arentWritten() {
    String schema =
        "{\"type\": \"object\", \"properties\": {\"a\": {\"const\": 1}}, \"additionalProperties\":"
            + " %s}";
    for (String more : List.of("true", "false", "{\"type\": \"string\"}")) {
      accepts(schema.formatted(more), "{}", "{\"a\":1}");
      rejects(schema.formatted(more), "{\"b\":\"x\"}", "{\"a\":1,\"b\":\"x\"}");
    }
  }

  @Test
  void patternProperties_several_areEachItsOwn() {
    String schema =
        """
        {"patternProperties": {"^n_": {"const": 1}, "_t$": {"const": "x"}},
         "additionalProperties": false}\
        """;
    accepts(schema, "{}", "{\"n_a\":1}", "{\"a_t\":\"x\",\"n_\":1}");
    rejects(schema, "{\"n_t\":1}", "{\"n_t\":\"x\"}", "{\"b\":1}");
  }

  @Test
  void patternProperties_ofANamedProperty_holdToo() {
    String schema =
        """
        {"properties": {"n_a": {"type": "integer", "maximum": 5, "minimum": 0}},
         "patternProperties": {"^n_": {"minimum": 5}}}\
        """;
    accepts(schema, "{\"n_a\":5}");
    rejects(schema, "{\"n_a\":4}");
  }

  @Test
  void prefixItems_inBothSpellings_areATuple() {
    for (String keyword : List.of("prefixItems", "items")) {
      String schema =
          "{\"type\": \"array\", \"%s\": [{\"const\": 1}, {\"type\": \"boolean\"}], \"minItems\": 1}"
              .formatted(keyword);
      accepts(schema, "[1]", "[1, true]");
      rejects(schema, "[]", "[true]", "[1,true,1]");
      assertThat(Format.jsonSchema(schema).column().orElseThrow().ddl())
          .isEqualTo("struct<`_1`: bigint, `_2`: boolean>");
    }
  }

  @Test
  void uniqueItems_ofAnEnum_areInItsOrder() {
    String schema =
        """
        {"type": "array", "items": {"enum": ["a", "b", "c", "a"]}, "uniqueItems": true,
         "minItems": 1, "maxItems": 2}\
        """;
    accepts(schema, "[\"a\"]", "[\"a\", \"c\"]", "[\"b\",\"c\"]");
    rejects(schema, "[]", "[\"a\",\"a\"]", "[\"a\",\"b\",\"c\"]");
  }

  @Test
  void minProperties_ofNamedOnes_areCounted() {
    String schema =
        """
        {"properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}},
         "minProperties": 2, "maxProperties": 2}\
        """;
    accepts(schema, "{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":3}", "{\"b\":2,\"c\":3}");
    rejects(schema, "{}", "{\"a\":1}", "{\"a\":1,\"b\":2,\"c\":3}");
  }

  @Test
  void allOf_objects_areOneObject() {
    String schema =
        """
        {"$defs": {"base": {"type": "object", "properties": {"id": {"const": 1}}, "required": ["id"]}},
         "allOf": [{"$ref": "#/$defs/base"}, {"properties": {"x": {"type": "boolean"}}}],
         "required": ["x"]}\
        """;
    accepts(schema, "{\"id\":1,\"x\":true}");
    rejects(schema, "{\"id\":1}", "{\"x\":true}");
    String closed = schema.replace("[\"id\"]}", "[\"id\"], \"additionalProperties\": false}");
    assertThatThrownBy(() -> Format.jsonSchema(closed).check())
        .hasMessageContaining("x is required and not allowed");
  }

  @Test
  void unevaluatedProperties_false_seesWhatIsBesideIt() {
    String schema =
        """
        {"allOf": [{"properties": {"a": {"const": 1}}}], "properties": {"b": {"const": 2}},
         "unevaluatedProperties": false}\
        """;
    accepts(schema, "{\"a\":1,\"b\":2}", "{}");
    accepts("{\"type\": \"object\", \"unevaluatedProperties\": false}", "{}");
    rejects("{\"type\": \"object\", \"unevaluatedProperties\": false}", "{\"a\":1}");
    String inner =
        """
        {"allOf": [{"properties": {"a": {"const": 1}}, "unevaluatedProperties": false}],
         "properties": {"b": {"const": 2}}}\
        """;
    accepts(inner, "{\"a\":1}");
    rejects(inner, "{\"b\":2}");
  }

  @Test
  void anyOf_besideProperties_isDistributed() {
    String schema =
        """
        {"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}},
         "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}\
        """;
    accepts(schema, "{\"a\":1}", "{\"b\":2}", "{\"a\":1,\"b\":2}");
    rejects(schema, "{}");
    String one = schema.replace("anyOf", "oneOf");
    accepts(one, "{\"a\":1}", "{\"b\":2}");
    rejects(one, "{}", "{\"a\":1,\"b\":2}");
    assertThat(Format.jsonSchema(one).column().orElseThrow().ddl())
        .isEqualTo("struct<`a`: bigint, `b`: bigint>");
  }

  @Test
  void conditions_byAConstant_areKeptTo() {
    String schema =
        """
        {"type": "object", "properties": {"k": {"enum": ["a", "b"]}, "n": {"const": 1}},
         "required": ["k"],
         "if": {"properties": {"k": {"const": "a"}}}, "then": {"required": ["n"]},
         "else": {"properties": {"n": false}}}\
        """;
    accepts(schema, "{\"k\":\"a\",\"n\":1}", "{\"k\":\"b\"}");
    rejects(schema, "{\"k\":\"a\"}", "{\"k\":\"b\",\"n\":1}");
  }

  @Test
  void dependencies_ofAProperty_areKeptTo() {
    for (String keyword : List.of("dependencies", "dependentRequired")) {
      String schema =
          "{\"properties\": {\"a\": {\"const\": 1}, \"b\": {\"const\": 2}}, \"%s\": {\"a\": [\"b\"]}}"
              .formatted(keyword);
      accepts(schema, "{}", "{\"b\":2}", "{\"a\":1,\"b\":2}");
      rejects(schema, "{\"a\":1}");
    }
  }

  @Test
  void not_ofValues_leavesThemOut() {
    String schema = "{\"enum\": [\"a\", \"b\", 1], \"not\": {\"const\": \"a\"}}";
    accepts(schema, "\"b\"", "1");
    rejects(schema, "\"a\"");
    accepts("{\"type\": \"integer\", \"not\": {\"enum\": [7]}}", "6", "77");
    rejects("{\"type\": \"integer\", \"not\": {\"enum\": [7]}}", "7");
    rejects("{\"type\": \"number\", \"not\": {\"const\": 7}}", "7", "7.0", "7.00");
    accepts("{\"type\": \"number\", \"not\": {\"const\": 7}}", "7.01", "70", "-7");
    rejects("{\"not\": {\"pattern\": \"x\"}}", "\"axb\"", "1");
    accepts("{\"not\": {\"pattern\": \"x\"}}", "\"ab\"");
  }

  @Test
  void multipleOf_wholeNumbers_isKeptTo() {
    String schema = "{\"type\": \"integer\", \"multipleOf\": 25, \"minimum\": -50}";
    accepts(schema, "-50", "-25", "0", "25", "100", "1075");
    rejects(schema, "-75", "1", "30", "1050.5");
  }

  @Test
  void noType_isAnyJsonToADepth() {
    accepts("{}", "1", "null", "\"a\"", "[[[1]]]", "{\"a\": {\"b\":[true, -1.5]}}", "[]", "{}");
    rejects("{}", "[[[[1]]]]", "[1,]", "{\"a\":{\"b\":{\"c\":{}}}}", "01");
    assertThat(Format.jsonSchema("{}").column().orElseThrow().ddl()).isEqualTo("string");
  }

  @Test
  void keywords_ofOneType_implyIt() {
    accepts("{\"properties\": {\"a\": {\"const\": 1}}}", "{}", "{\"a\":1}");
    rejects("{\"properties\": {\"a\": {\"const\": 1}}}", "1", "[]");
    accepts("{\"items\": {\"const\": 1}}", "[1,1]");
    rejects("{\"items\": {\"const\": 1}}", "{}", "[2]");
  }

  @Test
  void oneOf_impliedType_isNoReasonToExclude() {
    assertThatThrownBy(
            () ->
                Format.jsonSchema(
                        "{\"oneOf\": [{\"type\": \"string\"}, {\"propertyNames\": {\"maxLength\":"
                            + " 3}}]}")
                    .check())
        .as("a string is valid by both")
        .hasMessageContaining("alternatives 0 and 1 may allow the same value");
  }

  @Test
  void ref_inItself_isWrittenThreeTimes() {
    String schema =
        """
        {"$defs": {"node": {"type": "object", "required": ["v"], "properties": {
           "v": {"const": 1}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}}}},
         "$ref": "#/$defs/node"}\
        """;
    accepts(schema, "{\"v\":1}", "{\"v\":1,\"next\":{\"v\":1,\"next\":{\"v\":1,\"next\":null}}}");
    rejects(schema, "{\"v\":1,\"next\":{\"v\":1,\"next\":{\"v\":1,\"next\":{\"v\":1}}}}");
    assertThat(Format.jsonSchema(schema).column().orElseThrow().ddl())
        .isEqualTo("struct<`v`: bigint, `next`: string>");
  }

  @Test
  void ref_namesInAllSpellings_areFound() {
    accepts(
        "{\"$defs\": {\"List[str]\": {\"const\": 1}}, \"$ref\": \"#/$defs/List%5Bstr%5D\"}", "1");
    accepts("{\"$defs\": {\"a\": {\"$anchor\": \"x\", \"const\": 1}}, \"$ref\": \"#x\"}", "1");
    accepts(
        "{\"$id\": \"http://a/b\", \"$defs\": {\"a\": {\"const\": 1}}, \"$ref\":"
            + " \"http://a/b#/$defs/a\"}",
        "1");
    accepts(
        "{\"anyOf\": [{\"const\": 1}, {\"type\": \"array\", \"items\": {\"$ref\":"
            + " \"#/anyOf/0\"}}]}",
        "[1]");
  }

  @Test
  void wrapper_ofOpenAi_isTakenOff() {
    String schema =
        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#/$defs/b\"}}, \"$defs\":"
            + " {\"b\": {\"const\": 1}}}";
    String wrapped = "{\"name\": \"n\", \"strict\": true, \"schema\": " + schema + "}";
    accepts(wrapped, "{\"a\":1}");
    accepts("{\"type\": \"json_schema\", \"json_schema\": " + wrapped + "}", "{\"a\":1}");
    accepts(
        "{\"type\": \"json_schema\", \"name\": \"n\", \"schema\": " + schema + "}", "{\"a\":1}");
  }

  @Test
  void warnings_unknownKeywords_areNamedOnceWithTheNearest() {
    String schema =
        """
        {"type": "string", "minlenght": 3, "x-note": 1, "example": "a", "title": "T",
         "nullable": true, "unheardof": {}}\
        """;
    assertThat(Format.jsonSchema(schema).warnings())
        .containsExactly(
            "herd.format.json-schema: JSON Schema has no minlenght (at #; did you mean minLength?),"
                + " unheardof (at #), so it is ignored.",
            "herd.format.json-schema: nullable is OpenAPI's and adds no null, as at #; write type"
                + " [..., \"null\"].");
    assertThat(Format.jsonSchema("{\"type\": \"string\"}").warnings()).isEmpty();
  }

  @Test
  void column_valuesOfSeveralTypes_areTheirJson() {
    ParsedColumn column =
        Format.jsonSchema(
                """
                {"properties": {"m": {"type": ["integer", "string", "null"]}, "any": {},
                  "t": {"prefixItems": [{"type": "string"}, {}]},
                  "d": {"additionalProperties": {"type": "integer"}}}}\
                """)
            .column()
            .orElseThrow();
    assertThat(column.ddl())
        .isEqualTo(
            "struct<`m`: string, `any`: string, `t`: struct<`_1`: string, `_2`: string>,"
                + " `d`: map<string, bigint>>");
    assertThat(
            column.readable(
                "{\"m\": \"7\", \"any\": {\"a\": [1, 2]}, \"t\": [\"x\", 1], \"d\": {\"k\": 1,"
                    + " \"k\": 2}}"))
        .isEqualTo(
            "{\"m\":\"\\\"7\\\"\",\"any\":\"{\\\"a\\\":[1,2]}\","
                + "\"t\":{\"_1\":\"x\",\"_2\":\"1\"},\"d\":{\"k\":2}}");
    assertThat(column.readable("{\"m\": 7}")).startsWith("{\"m\":\"7\",\"any\":null");
    assertThat(column.readable("{\"m\": null")).isNull();
    assertThat(column.readable(null)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"array\", \"contains\": {\"const\": 1}}; #: contains is not supported",
        "{\"$dynamicRef\": \"#node\"}; #: $dynamicRef is not supported",
        "{\"type\": \"number\", \"multipleOf\": 0.01}; #: multipleOf is not supported with 0.01",
        "{\"type\": \"integer\", \"multipleOf\": 0}; #/multipleOf: it must be a number above 0",
        "{\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"uniqueItems\": true}; #:"
            + " uniqueItems is supported only for items of an enum",
        "{\"type\": \"object\", \"minProperties\": 2}; #: minProperties above 1 is not supported"
            + " where properties aren't named",
        "{\"type\": \"object\", \"properties\": {\"Name\": {\"const\": 1}, \"name\": {\"const\":"
            + " 1}}}; #/properties: Name and name differ only in case",
        "{\"type\": \"object\", \"properties\": {\"\": {\"const\": 1}}}; #/properties: a property"
            + " without a name",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"const\": 1}}, \"required\": true};"
            + " #/required: it must be a list of properties",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"const\": 1}}, \"required\": [\"b\"],"
            + " \"additionalProperties\": false}; #: no value fits, because b is required and not"
            + " allowed",
        "{\"type\": \"object\", \"properties\": {\"a\": 1}}; #/properties/a: a schema must be an"
            + " object",
        "{\"type\": \"object\", \"properties\": []}; #/properties: it must be an object",
        "{\"type\": \"text\"}; #/type: text is not a type",
        "{\"type\": \"string\", \"minLength\": -1}; #/minLength: it must be a whole number",
        "{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 2}; #: at least 3 and at most 2"
            + " exclude each other",
        "{\"type\": \"integer\", \"minimum\": 1.1, \"maximum\": 1.9}; #: no whole number",
        "{\"type\": \"number\", \"exclusiveMinimum\": 1, \"maximum\": 1}; #: no number",
        "{\"type\": \"number\", \"exclusiveMinimum\": \"1\"}; #/exclusiveMinimum: it must be a"
            + " number",
        "{\"type\": \"integer\", \"minimum\": 1e999999}; #/minimum: it must be a number of"
            + " reasonable size",
        "{\"type\": \"string\", \"enum\": [1]}; #: enum or const has no value, or none of its type",
        "{\"enum\": [1], \"minimum\": 2}; #: enum or const has no value",
        "{\"allOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}]}; #: no value fits, because the"
            + " types at #/allOf/0 exclude each other",
        "{\"$ref\": \"other.json\"}; #/$ref: \"other.json\" is not in this schema",
        "{\"$ref\": \"#/$defs/a\"}; #/$ref: there is no #/$defs/a",
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"$ref\": \"#/$defs/a\"}}}; #: no value"
            + " fits, because #/$defs/a nests too deep",
        "{\"oneOf\": [{\"type\": \"object\", \"propertyNames\": {\"maxLength\": 3}}, {\"type\":"
            + " \"object\", \"minProperties\": 1}]}; #/oneOf: alternatives 0 and 1 may allow the"
            + " same value",
        "{\"not\": {\"type\": \"array\", \"uniqueItems\": true, \"minItems\": 1}, \"type\":"
            + " \"array\", \"items\": {\"const\": 1}, \"contains\": {}}; #: contains is not"
            + " supported",
        "{\"not\": {\"uniqueItems\": true}}; #/not: the opposite of uniqueItems is not supported",
        "{\"type\": \"array\", \"unevaluatedItems\": {\"const\": 1}}; #: unevaluatedItems is not"
            + " supported here",
        "{\"type\": \"string\", \"pattern\": \"a\\\\b\"}; #: the regular expression a\\b has \\b at"
            + " character 3",
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
  void column_everyKind_isDerived() {
    String schema =
        """
        {"type": "object", "properties": {
          "a b": {"type": ["integer", "null"]}, "n": {"type": "number"}, "s": {"type": "string"},
          "t": {"type": "boolean"}, "e": {"enum": ["x", "y", null]}, "k": {"const": 5},
          "l": {"type": "array", "items": {"type": "object", "properties": {"q`": {"const": 1.5}}}},
          "u": {"anyOf": [{"type": "integer"}, {"type": "number"}]},
          "m": {"anyOf": [{"type": "integer"}, {"type": "string"}]}}}\
        """;
    assertThat(Format.jsonSchema(schema).column().map(ParsedColumn::ddl))
        .contains(
            "struct<`a b`: bigint, `n`: double, `s`: string, `t`: boolean, `e`: string, `k`:"
                + " bigint, `l`: array<struct<`q```: double>>, `u`: double, `m`: string>");
  }
}
