package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.template.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RowMapTest {
  private static Map<String, Object> map(String ddl, Object... values) {
    StructType schema = StructType.fromDDL(ddl);
    return RowMap.of(new GenericRowWithSchema(values, schema), List.of(schema.fieldNames()));
  }

  /** As Spark holds an array: a Scala sequence that only Scala can make. */
  private static Object array(Object... values) {
    return scala.collection.mutable.ArraySeq.make(values);
  }

  private static Object entry(String key, Object value) {
    scala.collection.mutable.HashMap<String, Object> map = new scala.collection.mutable.HashMap<>();
    map.put(key, value);
    return map;
  }

  @Test
  void of_plainValues_keepTheirOrderAndNulls() {
    Map<String, Object> out = map("b STRING, a INT, c DOUBLE", "x", 3, null);
    assertThat(out.keySet()).containsExactly("b", "a", "c");
    assertThat(out).containsEntry("b", "x").containsEntry("a", 3).containsEntry("c", null);
  }

  @Test
  void of_rowWithoutSchema_hasItsValues() {
    assertThat(RowMap.of(RowFactory.create("x", 3), List.of("b", "a")))
        .isEqualTo(Map.of("b", "x", "a", 3));
  }

  @Test
  void of_structsInStructs_areMaps() {
    Row inner = RowFactory.create("deep", array(1, 2));
    assertThat(
            map(
                "s STRUCT<t: STRUCT<a: STRING, b: ARRAY<INT>>, n: INT>",
                RowFactory.create(inner, null)))
        .isEqualTo(Map.of("s", mapOf("t", Map.of("a", "deep", "b", List.of(1, 2)), "n", null)));
  }

  private static Map<String, Object> mapOf(String k1, Object v1, String k2, Object v2) {
    Map<String, Object> out = new HashMap<>();
    out.put(k1, v1);
    out.put(k2, v2);
    return out;
  }

  @Test
  void of_arraysOfStructs_areListsOfMaps() {
    Object turns = array(RowFactory.create("user", "hi"), null);
    assertThat((List<?>) map("m ARRAY<STRUCT<role: STRING, content: STRING>>", turns).get("m"))
        .isEqualTo(Arrays.asList(Map.of("role", "user", "content", "hi"), null));
  }

  @Test
  void of_arraysInArrays_areListsOfLists() {
    assertThat(map("a ARRAY<ARRAY<INT>>", array(array(1, 2), array())))
        .isEqualTo(Map.of("a", List.of(List.of(1, 2), List.of())));
  }

  @Test
  void of_mapsOfArraysOfMaps_areJavaCollectionsThroughout() {
    Object value = entry("k", array(entry("x", RowFactory.create(7))));
    assertThat(map("m MAP<STRING, ARRAY<MAP<STRING, STRUCT<n: INT>>>>", value))
        .isEqualTo(Map.of("m", Map.of("k", List.of(Map.of("x", Map.of("n", 7))))));
  }

  @Test
  void of_mapsAndBytes_areSortedAndText() {
    scala.collection.mutable.HashMap<String, Object> map = new scala.collection.mutable.HashMap<>();
    for (String key : List.of("d", "b", "a", "c")) {
      map.put(key, key.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(map("m MAP<STRING, BINARY>, b BINARY", map, "é".getBytes(StandardCharsets.UTF_8)))
        .hasToString("{m={a=a, b=b, c=c, d=d}, b=é}");
  }

  @Test
  void readable_timesAndIntervals_areTextsWhereverTheyAre() {
    StructType schema =
        StructType.fromDDL(
            "n INT, d DATE, s STRUCT<t: TIMESTAMP, b: BINARY>, a ARRAY<TIMESTAMP_NTZ>,"
                + " m MAP<DATE, INTERVAL DAY TO SECOND>, i INTERVAL YEAR TO MONTH");
    assertThat(RowMap.readable(schema))
        .isEqualTo(
            StructType.fromDDL(
                "n INT, d STRING, s STRUCT<t: STRING, b: BINARY>, a ARRAY<STRING>,"
                    + " m MAP<STRING, STRING>, i STRING"));
  }

  @Test
  void of_keysOfMaps_areTextAsValuesAre() {
    scala.collection.mutable.HashMap<Object, Object> map = new scala.collection.mutable.HashMap<>();
    map.put(7, 1);
    assertThat(map("m MAP<INT, INT>", map)).hasToString("{m={7=1}}");
    map.clear();
    map.put("é".getBytes(StandardCharsets.UTF_8), 1);
    assertThat(map("m MAP<BINARY, INT>", map)).hasToString("{m={é=1}}");
  }

  @Test
  void shape_ofASchema_isWhatTemplatesCanReach() {
    StructType schema =
        StructType.fromDDL(
            "text STRING, n INT, author STRUCT<name: STRING>, turns ARRAY<STRUCT<role: STRING>>,"
                + " facts MAP<STRING, ARRAY<STRING>>");
    Shape turn = Shape.struct(Map.of("role", Shape.TEXT));
    assertThat(RowMap.shape(schema))
        .isEqualTo(
            Shape.struct(
                Map.of(
                    "text",
                    Shape.TEXT,
                    "n",
                    Shape.ANY,
                    "author",
                    Shape.struct(Map.of("name", Shape.TEXT)),
                    "turns",
                    Shape.array(turn),
                    "facts",
                    Shape.map(Shape.array(Shape.TEXT)))));
    assertThat(RowMap.shape(schema).fields().keySet())
        .containsExactly("text", "n", "author", "turns", "facts");
  }
}
