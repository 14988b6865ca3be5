package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Completions of a format, from configuration to output. */
@ExtendWith(SharedSpark.class)
class FormatTest {
  private static final String SCHEMA =
      """
      herd.generate.max-new-tokens = 60
      herd.format.json-schema {
        type = object
        required = [sentiment, stars]
        properties {
          sentiment { enum = [positive, negative] }
          stars { type = integer, minimum = 1, maximum = 5 }
          note { type = string, maxLength = 10 }
          tags { type = array, maxItems = 2, items { type = [string, "null"], maxLength = 3 } }
          weight { type = number, minimum = 0, maximum = 1 }
        }
      }
      """;

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 12));
  }

  @Test
  void run_jsonSchema_givesTypedValues() {
    assertThat(place.run(COMPLETE + SCHEMA).code()).isEqualTo(ExitCode.DONE);

    StructType parsed = (StructType) place.output().schema().apply("parsed").dataType();
    assertThat(parsed.toDDL())
        .isEqualTo("sentiment STRING,stars BIGINT,note STRING,tags ARRAY<STRING>,weight DOUBLE");
    List<Row> rows = place.output().collectAsList();
    assertThat(rows).hasSize(12);
    for (Row row : rows) {
      assertThat(row.<String>getAs("status")).isEqualTo("ok");
      Row value = row.getAs("parsed");
      var json = JsonParser.parseString(row.getAs("completion")).getAsJsonObject();
      assertThat(value.<String>getAs("sentiment")).isEqualTo(json.get("sentiment").getAsString());
      assertThat(value.<Long>getAs("stars"))
          .isEqualTo(json.get("stars").getAsLong())
          .isBetween(1L, 5L);
      assertThat(value.isNullAt(2)).isEqualTo(!json.has("note"));
    }
  }

  @Test
  void run_severalSamples_areEachParsed() {
    String settings = "herd.generate { temperature = 1, samples = 2 }";
    place.run(COMPLETE + SCHEMA + settings);

    List<Row> rows = place.output().selectExpr("parsed.stars", "completions").collectAsList();
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.<Long>getList(0)).hasSize(2).doesNotContainNull());
  }

  @Test
  void run_valueThatIsNoObject_isParsedToo() {
    place.run(COMPLETE + "herd.format.json-schema { type = integer, minimum = 7, maximum = 9 }");

    assertThat(place.output().select("parsed").collectAsList())
        .allSatisfy(row -> assertThat(row.getLong(0)).isBetween(7L, 9L));
  }

  @Test
  void run_regex_isKeptToWithoutAParsedColumn() {
    place.run(COMPLETE + "herd.format.regex = \"[ab]{3}-\\\\d\"", "herd.generate.max-new-tokens=9");

    assertThat(place.output().columns()).doesNotContain("parsed");
    assertThat(place.output().select("completion", "finish_reason").collectAsList())
        .allSatisfy(
            row -> {
              assertThat(row.getString(0)).matches("[ab]{3}-\\d");
              assertThat(row.getString(1)).isEqualTo("stop");
            });
  }

  @Test
  void run_otherFormatOnTheSameWorkDir_generatesAnew() {
    String choice = COMPLETE + "herd.format.choice = [yes, no]\n";
    place.run(choice);
    place.run(choice);
    assertThat(place.reported("rows_generated")).isZero();

    place.run(choice + "herd.format.choice = [yes, no, maybe]");
    assertThat(place.reported("rows_generated")).isEqualTo(12);
  }

  @Test
  void run_csv_hasTheJsonInCompletion() {
    place.run(COMPLETE + SCHEMA, "herd.output.format=csv", "herd.output.options={header=true}");

    List<Row> rows =
        place
            .spark()
            .read()
            .option("header", true)
            .option("escape", "\\")
            .csv(place.directory().resolve("out").toString())
            .collectAsList();
    assertThat(rows).hasSize(12);
    assertThat(rows.get(0).schema().fieldNames()).contains("completion").doesNotContain("parsed");
  }

  @Test
  void run_budgetTooSmallForAnyDocument_isRefusedBeforeAnythingRuns() {
    assertThatThrownBy(() -> place.run(COMPLETE + SCHEMA, "herd.generate.max-new-tokens=3"))
        .isInstanceOf(UserException.class)
        .hasMessageMatching(
            "(?s)herd.generate.max-new-tokens = 3 is too few for herd.format.json-schema: its"
                + " shortest text has \\d+ tokens.*raise herd.generate.max-new-tokens to \\d+ or.*");
    assertThat(place.directory().resolve("work/results")).doesNotExist();
  }

  @Test
  void plan_budgetTooSmall_isRefusedToo() {
    assertThatThrownBy(() -> place.plan(COMPLETE + SCHEMA, "herd.generate.max-new-tokens=3"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is too few for herd.format.json-schema");
  }

  @Test
  void run_inputHasAColumnParsed_isRefused() {
    place.input(List.of("{\"text\": \"a\", \"parsed\": 1}"));

    assertThatThrownBy(() -> place.run(COMPLETE + SCHEMA))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the input has a column parsed, which the output adds");
  }
}
