package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The column of values that no plain type of Spark's holds. */
@ExtendWith(SharedSpark.class)
class ParsedTest {
  private static final String SCHEMA =
      """
      herd.generate { max-new-tokens = 200, temperature = 1, seed = 3 }
      herd.format.json-schema {
        type = object
        required = [either, pair, counts, any]
        properties {
          either { anyOf = [{ type = integer, minimum = 0, maximum = 9 }, { type = string, maxLength = 3 }] }
          pair { prefixItems = [{ type = boolean }, { enum = [a, b] }], minItems = 2 }
          counts { additionalProperties { type = integer, minimum = 0, maximum = 9 }, maxProperties = 2, propertyNames { maxLength = 3 } }
          any { anyOf = [{ enum = [7, "7"] }, { const = { a = [1] } }] }
        }
      }
      """;

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 12));
  }

  @Test
  void run_tuplesMapsAndSeveralTypes_areTypedOrKeptAsJson() {
    place.run(COMPLETE + SCHEMA);

    StructType parsed = (StructType) place.output().schema().apply("parsed").dataType();
    assertThat(parsed.toDDL())
        .isEqualTo(
            "either STRING,pair STRUCT<_1: BOOLEAN, _2: STRING>,counts MAP<STRING, BIGINT>,any STRING");
    List<Row> rows = place.output().collectAsList();
    assertThat(rows).hasSize(12);
    for (Row row : rows) {
      Row value = row.getAs("parsed");
      JsonObject json = JsonParser.parseString(row.getAs("completion")).getAsJsonObject();
      assertThat(json(value, "either")).isEqualTo(json.get("either"));
      assertThat(json(value, "any")).isEqualTo(json.get("any"));
      Row pair = value.getAs("pair");
      assertThat(pair.getBoolean(0)).isEqualTo(json.getAsJsonArray("pair").get(0).getAsBoolean());
      assertThat(pair.getString(1)).isEqualTo(json.getAsJsonArray("pair").get(1).getAsString());
      Map<String, Long> counts = value.getJavaMap(2);
      assertThat(counts.keySet()).isEqualTo(json.getAsJsonObject("counts").keySet());
      counts.forEach(
          (name, count) ->
              assertThat(count).isEqualTo(json.getAsJsonObject("counts").get(name).getAsLong()));
    }
  }

  /** {@code "7"} has its quotes, and 7 has none. */
  private static JsonElement json(Row value, String name) {
    return JsonParser.parseString(value.getAs(name));
  }

  @Test
  void run_severalSamples_areEachReadSo() {
    place.run(COMPLETE + SCHEMA, "herd.generate.samples=2");

    List<Row> rows = place.output().selectExpr("parsed.pair._2 as second").collectAsList();
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.<String>getList(0)).hasSize(2).isSubsetOf("a", "b"));
  }

  @Test
  void run_fieldsThatASchemaBounds_areCountedInTheReport() {
    String counted =
        """
        herd.generate { max-new-tokens = 60, temperature = 1, seed = 3 }
        herd.format.json-schema {
          type = object, required = [stars, mood, quote, free]
          properties {
            stars { type = integer, minimum = 1, maximum = 5 }
            mood { enum = [good, bad, null] }
            quote { type = [string, "null"], maxLength = 2 }
            free { type = number }
          }
        }
        """;
    Workplace.Ended ended = place.run(COMPLETE + counted);

    JsonArray parsed = place.report().getAsJsonObject("profile").getAsJsonArray("parsed");
    assertThat(parsed.asList())
        .extracting(field -> field.getAsJsonObject().get("name").getAsString())
        .containsExactly("stars", "mood", "quote");
    assertThat(values(parsed, 0)).isEqualTo(counts("parsed.stars"));
    assertThat(values(parsed, 1)).isEqualTo(counts("parsed.mood"));
    assertThat(parsed.get(2).getAsJsonObject().get("at_max_length").getAsLong())
        .isEqualTo(place.output().filter("char_length(parsed.quote) = 2").count());
    assertThat(ended.printed()).contains("  answers   stars: ", "  answers   mood: ");
  }

  private static Map<String, Long> values(JsonArray parsed, int field) {
    Map<String, Long> values = new TreeMap<>();
    parsed
        .get(field)
        .getAsJsonObject()
        .getAsJsonObject("values")
        .asMap()
        .forEach((value, rows) -> values.put(value, rows.getAsLong()));
    return values;
  }

  private Map<String, Long> counts(String field) {
    Map<String, Long> counts = new TreeMap<>();
    place
        .output()
        .selectExpr("CAST(" + field + " AS STRING) AS v")
        .filter("v IS NOT NULL")
        .groupBy("v")
        .count()
        .collectAsList()
        .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    return counts;
  }

  @Test
  void run_propertiesThatDifferByCase_areRefusedBeforeAnythingRuns() {
    String twins =
        "herd.format.json-schema { properties { Name { const = a }, name { const = a } } }";
    assertThatThrownBy(() -> place.run(COMPLETE + twins))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Name and name differ only in case");
    assertThat(place.directory().resolve("work/results")).doesNotExist();
  }

  @Test
  void run_keywordsWithoutEffect_areSaid() {
    String unknown = "herd.format.json-schema { type = integer, maximum = 9, minimun = 3 }";
    String said = "JSON Schema has no minimun (at #; did you mean minimum?), so it is ignored.";

    assertThat(place.check(COMPLETE + unknown).printed()).contains("! format", said);
    assertThat(place.plan(COMPLETE + unknown).printed()).contains(said);
    assertThat(place.run(COMPLETE + unknown).printed()).contains(said);
  }
}
