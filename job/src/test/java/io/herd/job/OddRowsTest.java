package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows as nobody writes them, but as they are found: each comes out, done or with its reason. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class OddRowsTest {
  private static final String ANY_FAILURES = "herd.run.max-failed-fraction=1";
  private static final String VALUE = "herd.prompt.template=\"Review: {{ value }}\\nSentiment:\"";
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  /** Runs over rows that no file holds. */
  private void runOver(Dataset<Row> rows, String... overrides) {
    rows.createOrReplaceTempView("odd_rows");
    runOver("SELECT * FROM odd_rows", overrides);
  }

  private void runOver(String sql, String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "herd.input.format=null",
                "herd.input.path=null",
                "herd.input.sql=\"" + sql + "\"",
                ANY_FAILURES));
    all.addAll(List.of(overrides));
    place.run(LABEL, all.toArray(String[]::new));
    assertEachIsOut(place.spark().sql(sql).count());
  }

  private void assertEachIsOut(long rows) {
    assertThat(place.output().count()).isEqualTo(rows);
    assertThat(place.output().filter("status = 'ok'").filter("label IS NULL").count()).isZero();
    assertThat(place.output().filter("status = 'failed'").filter("error IS NULL").count()).isZero();
    assertThat(place.output().filter("status NOT IN ('ok', 'failed')").count()).isZero();
  }

  private Row only() {
    return place.output().collectAsList().get(0);
  }

  private static byte[] noise(long seed, int bytes) {
    byte[] noise = new byte[bytes];
    new Random(seed).nextBytes(noise);
    return noise;
  }

  @Test
  void run_binaryColumnOfNoise_labelsItAndKeepsItsBytes() {
    List<Row> rows =
        IntStream.range(0, 40).mapToObj(i -> RowFactory.create(i, noise(i, i))).toList();
    StructType schema = StructType.fromDDL("id INT, value BINARY");

    runOver(place.spark().createDataFrame(rows, schema), VALUE);

    assertThat(place.output().filter("status = 'ok'").count()).isGreaterThan(30);
    for (Row row : place.output().collectAsList()) {
      int id = row.getAs("id");
      assertThat(row.<byte[]>getAs("value")).isEqualTo(noise(id, id));
    }
  }

  @Test
  void run_textThatIsNotText_isLabelledAllTheSame() {
    String[] texts = {
      "a\u0000b",
      "\u0000",
      "\uD83D\uDE00",
      "\uFEFFa",
      "\u202Egnp.exe",
      "\uFFFF",
      "a\r\n\tb\u0007",
      "e" + "\u0301".repeat(500),
      "\uFDD0\uE000",
      "\uDBFF\uDFFF"
    };
    List<Row> rows = Arrays.stream(texts).map(RowFactory::create).toList();

    runOver(place.spark().createDataFrame(rows, StructType.fromDDL("value STRING")), VALUE);

    assertThat(place.output().collectAsList().stream().map(row -> row.<String>getAs("value")))
        .containsExactlyInAnyOrder(texts);
    assertThat(place.output().filter("status = 'ok'").count()).isGreaterThan(texts.length - 2);
  }

  @Test
  void run_deepJson_isOneValueOrFailsItsRow() {
    String deep = "{\"value\": " + "[".repeat(5_000) + "]".repeat(5_000) + "}";
    place.input(List.of(deep, "{\"value\": \"it was awful\"}"));

    place.run(LABEL, "herd.input.schema=\"value STRING\"", VALUE, ANY_FAILURES);

    assertEachIsOut(2);
    assertThat(place.output().filter("value = 'it was awful'").head().<String>getAs("status"))
        .isEqualTo("ok");
  }

  @Test
  void run_templateThatTakesTooManySteps_failsItsRowAlone() {
    List<Row> rows =
        List.of(RowFactory.create("[".repeat(100_000)), RowFactory.create("it was awful"));

    runOver(
        place.spark().createDataFrame(rows, StructType.fromDDL("value STRING")),
        "herd.prompt.template=\"{% for a in value %}{% for b in value %}{% endfor %}{{ a }}{% endfor %}\"");

    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(1);
  }

  @Test
  void run_oddNamesInSettings_areColumns() {
    List<Row> rows =
        List.of(
            RowFactory.create("it works great", List.of(" good", " bad"), "x", "good"),
            RowFactory.create("it was awful", List.of(" good", " bad"), "y", "bad"));
    StructType schema =
        new StructType()
            .add("my.text col`s", "string")
            .add("the labels.of `it`", "array<string>")
            .add("p.art ition`", "string")
            .add("go`ld.en one", "string");

    runOver(
        place.spark().createDataFrame(rows, schema),
        "herd.prompt.template=null",
        "herd.prompt.column=\"my.text col`s\"",
        "herd.choices=[]",
        "herd.choices-column=\"the labels.of `it`\"",
        "herd.gold-column=\"go`ld.en one\"",
        "herd.input.id-column=\"my.text col`s\"",
        "herd.output.partition-by=[\"p.art ition`\"]");

    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(2);
    assertThat(only().<String>getAs("p.art ition`")).isIn("x", "y");
  }

  @Test
  void run_allOfSparksTypes_areWhatSparkWrites() {
    String[] types = {
      "CAST(1.50 AS DECIMAL(9,2))|1.50",
      "CAST(0.0000001 AS DECIMAL(9,7))|0.0000001",
      "CAST(-12 AS TINYINT)|-12",
      "9223372036854775807L|9223372036854775807",
      "true|True", // as Python prints it
      "DATE'2024-02-29'|2024-02-29",
      "DATE'0001-01-01'|0001-01-01",
      "TIMESTAMP'2024-02-29 23:59:59.5'|2024-02-29 23:59:59.5",
      "TIMESTAMP_NTZ'2024-02-29 00:00:00'|2024-02-29 00:00:00",
      "INTERVAL '1 02:03:04' DAY TO SECOND|INTERVAL '1 02:03:04' DAY TO SECOND",
      "INTERVAL '3-4' YEAR TO MONTH|INTERVAL '3-4' YEAR TO MONTH",
      "X'C3A9'|é",
      "parse_json('{a: [1, null]}')|{a:[1,null]}",
      "array(1, 2)|[1, 2]",
      "map('k', DATE'2024-02-29')['k']|2024-02-29",
      "named_struct('d', TIMESTAMP'2024-02-29 00:00:00').d|2024-02-29 00:00:00",
    };
    List<String> columns = new ArrayList<>();
    StringBuilder template = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < types.length; i++) {
      String[] type = types[i].replace("{a:", "{\\\"a\\\":").split("\\|", -1);
      columns.add(type[0] + " AS c" + i);
      template.append("<{{ c").append(i).append(" }}>");
      expected.append('<').append(type[1].replace("\\", "")).append('>');
    }
    String sql = "SELECT " + String.join(", ", columns);

    Workplace.Ended ended =
        place.plan(
            LABEL,
            "herd.input.format=null",
            "herd.input.path=null",
            "herd.input.sql=\"" + sql + "\"",
            "herd.prompt.template=\"" + template + "\"");

    assertThat(ended.printed()).contains(expected);
    runOver(sql, "herd.prompt.template=\"" + template + "\"");
  }

  @Test
  void run_nullsOfEveryType_areNoText() {
    runOver(
        "SELECT CAST(null AS DECIMAL(9,2)) AS a, CAST(null AS TIMESTAMP) AS b,"
            + " CAST(null AS BINARY) AS c, CAST(null AS MAP<STRING, INT>) AS d",
        "herd.prompt.template=\"{{ a is none and b is none and c is none and d is none }}\"");

    assertThat(only().<String>getAs("status")).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "csv", "json"})
  void run_fileOfNoise_hasEachOfItsRows(String format) throws IOException {
    Files.write(place.directory().resolve("noise"), noise(7, 8_000));

    place.run(
        LABEL,
        "herd.input.format=" + format,
        "herd.input.path=noise",
        "herd.input.schema=\"value STRING\"",
        VALUE,
        ANY_FAILURES);

    Path noise = place.directory().resolve("noise");
    assertEachIsOut(
        place.spark().read().format(format).schema("value STRING").load(noise.toString()).count());
  }

  @Test
  void run_structsInTwentyStructs_areReached() {
    int depth = 20;
    String type = "STRUCT<a: ".repeat(depth) + "STRING" + ">".repeat(depth);
    place.input(
        List.of("{\"value\": " + "{\"a\": ".repeat(depth) + "\"great\"" + "}".repeat(depth + 1)));

    place.run(
        LABEL,
        "herd.input.schema=\"value " + type + "\"",
        "herd.prompt.template=\"{{ value" + ".a".repeat(depth) + " }}\"");

    assertThat(only().<String>getAs("status")).isEqualTo("ok");
  }

  @Test
  void run_aThousandColumns_passThrough() {
    String columns =
        String.join(", ", IntStream.range(0, 1_000).mapToObj(i -> i + " AS c" + i).toList());

    runOver("SELECT 'it works great' AS value, " + columns + " FROM range(3)", VALUE);

    assertThat(place.output().columns()).hasSizeGreaterThan(1_001).contains("c0", "c999");
    assertThat(only().<Integer>getAs("c999")).isEqualTo(999);
    assertThat(only().<String>getAs("status")).isEqualTo("ok");
  }

  @Test
  void run_loneSurrogatesInJson_areWhatSparkReads() {
    place.input(List.of("{\"text\": \"good \\ud800 phone\"}", "{\"text\": \"\\udc00\"}"));

    place.run(LABEL, ANY_FAILURES);

    assertEachIsOut(2);
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(2);
  }

  @Test
  void run_tenMegabytesOfText_failAloneOrAreCut() {
    place.input(
        List.of(
            "{\"id\": \"long\", \"text\": \"" + "good phone ".repeat(950_000) + "\"}",
            "{\"id\": \"a\", \"text\": \"it works great, i love it\"}"));

    place.run(LABEL, ANY_FAILURES);
    assertThat(place.row("long").<String>getAs("error")).startsWith("the prompt is too long: ");
    assertThat(place.row("long").<String>getAs("text")).hasSize(10_450_000);
    assertThat(place.row("a").<String>getAs("label")).isEqualTo("positive");

    place.run(LABEL, "herd.prompt.on-overflow=truncate-middle", "herd.prompt.truncate-column=text");
    assertThat(place.row("long").<String>getAs("status")).isEqualTo("ok");
  }

  @Test
  void run_skewedAndEmptyPartitions_loseNothing() {
    Dataset<Row> rows =
        place
            .spark()
            .range(0, 300, 1, 1)
            .selectExpr("id", "concat('phone ', id % 7) AS value")
            .repartition(16, functions.expr("IF(id < 290, 0, id)"));

    runOver(rows, VALUE);

    assertThat(place.output().select("id").distinct().count()).isEqualTo(300);
    assertThat(place.reported("rows_generated")).isEqualTo(7);
  }

  @Test
  void run_emptyPrompts_areOneGeneration() {
    runOver("SELECT '' AS value FROM range(2000)", "herd.prompt.template=\"{{ value }}\"");

    assertThat(place.reported("rows_generated")).isLessThanOrEqualTo(1);
  }
}
