package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.api.Herd;
import io.herd.api.HerdSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The input's columns in the output: each value of each type to the bit, as Spark holds it. */
@ExtendWith(SharedSpark.class)
class ColumnsTest {
  /** Values that Spark's row objects can't hold, or hold as others, among those that they can. */
  private static final List<String> VALUES =
      List.of(
          "CAST(X'6CE9FF80C0AF' AS STRING)", // Latin-1, and no UTF-8
          "CAST(X'00' AS STRING)",
          "X'%s'".formatted(everyByte()),
          "CAST(map('1', 'a', '01', 'b') AS MAP<INT, STRING>)", // a key twice
          "CAST(map('z', 1, 'a', 2, 'm', 3) AS MAP<STRING, INT>)",
          "DATE'0001-01-01'",
          "DATE'1582-10-04'",
          "DATE'1582-10-10'", // skipped by the calendar that Java's old dates know
          "DATE'9999-12-31'",
          "TIMESTAMP'0001-01-01 00:00:00.000001Z'",
          "TIMESTAMP'1582-10-10 12:00:00Z'",
          "TIMESTAMP'1899-12-31 23:59:59.999999Z'",
          "TIMESTAMP'2024-10-27 00:30:00Z'", // an hour that is there twice in much of Europe
          "TIMESTAMP'2024-10-27 01:30:00Z'",
          "TIMESTAMP_NTZ'0001-01-01 00:00:00'",
          "TIMESTAMP_NTZ'1582-10-10 23:59:59.999999'",
          "CAST('99999999999999999999.999999999999999999' AS DECIMAL(38,18))",
          "CAST('-99999999999999999999999999999999999999' AS DECIMAL(38,0))",
          "CAST('0.0000001' AS DECIMAL(9,7))",
          "CAST(-128 AS TINYINT)",
          "CAST(-32768 AS SMALLINT)",
          "CAST(-9223372036854775808 AS BIGINT)",
          "CAST('NaN' AS DOUBLE)",
          "CAST('-0.0' AS DOUBLE)",
          "CAST('4.9E-324' AS DOUBLE)",
          "CAST('-Infinity' AS FLOAT)",
          "true",
          "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND",
          "INTERVAL '-178956970-8' YEAR TO MONTH",
          "CAST(NULL AS MAP<STRING, ARRAY<DATE>>)");

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  private static String everyByte() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    return HexFormat.of().withUpperCase().formatHex(all);
  }

  /** ORC has maps with sorted keys, each once, and another calendar before 1582. */
  private static boolean isHeld(String value, String format) {
    return !format.equals("orc") || !(value.startsWith("CAST(map") || value.contains("1582-10-10"));
  }

  /** Each value plain, in an array, in a struct in an array and as a value of a map. */
  private static List<String> columns(String format) {
    List<String> values = VALUES.stream().filter(value -> isHeld(value, format)).toList();
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      columns.add(value + " AS plain" + i);
      columns.add("array(" + value + ", NULL) AS array" + i);
      columns.add("array(named_struct('a', " + value + ", 'b', 1)) AS struct" + i);
      columns.add("map('k', " + value + ", 'n', NULL) AS map" + i);
    }
    return columns;
  }

  private Dataset<Row> input(String format) {
    List<String> all = new ArrayList<>(List.of("id", "concat('phone ', id) AS text"));
    all.addAll(columns(format));
    return place.spark().range(0, 2, 1, 2).selectExpr(all.toArray(String[]::new));
  }

  /** As Spark holds them. */
  private static List<String> bits(Dataset<Row> rows, String[] columns) {
    return rows.select(
            columns[0], List.of(columns).subList(1, columns.length).toArray(String[]::new))
        .coalesce(1)
        .sortWithinPartitions("id")
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .map(row -> HexFormat.of().formatHex(((UnsafeRow) row).getBytes()))
        .collect();
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc"})
  void run_everyTypeWithItsEdges_isInTheOutputToTheBit(String format) {
    Dataset<Row> input = input(format);
    input.write().parquet(place.directory().resolve("in").toString());

    place.run(
        LABEL, "herd.input.format=parquet", "herd.input.path=in", "herd.output.format=" + format);

    String[] columns = input.columns();
    Dataset<Row> output =
        place.spark().read().format(format).load(place.directory().resolve("out").toString());
    assertThat(output.filter("status = 'ok'").count()).isEqualTo(2);
    assertThat(bits(output, columns)).isEqualTo(bits(input, columns));
  }

  @Test
  void sample_everyTypeWithItsEdges_isShown() {
    input("parquet").write().parquet(place.directory().resolve("in").toString());

    assertThat(place.sample(2, LABEL, "herd.input.format=parquet", "herd.input.path=in").printed())
        .contains("phone 0", "phone 1");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void generate_everyTypeWithItsEdges_isInTheResultToTheBit(boolean logged) {
    HerdSettings settings =
        HerdSettings.model(Workplace.MODEL.toString())
            .set("prompt.column", "text")
            .set("prompt.chat", "off")
            .set("choices", List.of(" positive", " negative"));
    if (logged) {
      settings = settings.set("run.work-dir", place.directory().resolve("work").toString());
    }
    Dataset<Row> input = input("parquet");

    Dataset<Row> output = Herd.generate(input, settings);

    assertThat(bits(output, input.columns())).isEqualTo(bits(input, input.columns()));
    assertThat(output.filter("status = 'ok'").count()).isEqualTo(2);
  }

  @Test
  void run_timesInATemplate_areWhatSparkWrites() {
    place.run(
        LABEL,
        "herd.input.format=null",
        "herd.input.path=null",
        "herd.input.sql=\"SELECT DATE'1582-10-10' AS d, array(DATE'0001-01-01') AS a\"",
        "herd.prompt.template=\"{{ d }} {{ a[0] }}\"",
        "herd.choices=[]",
        "herd.gold-column=d",
        "herd.generate.max-new-tokens=1");

    assertThat(
            place
                .spark()
                .read()
                .json(place.directory().resolve("work/disagreements").toString())
                .head()
                .<String>getAs("prompt"))
        .contains("1582-10-10 0001-01-01");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CAST(concat('k', id) AS BINARY)", "timestamp_seconds(id)"})
  void generate_drawnByAnIdOfBytesOrTimes_givesEqualTextsInEveryZone(String id) {
    HerdSettings settings =
        HerdSettings.model(Workplace.MODEL.toString())
            .set("prompt.column", "text")
            .set("prompt.chat", "off")
            .set("input.id-column", "key")
            .set("generate.temperature", 1.5)
            .set("generate.max-new-tokens", 4)
            .set("generate.ignore-eos", true);
    Dataset<Row> rows =
        place.spark().range(6).selectExpr("id", "'a phone' AS text", id + " AS key");

    List<String> first = completions(rows, settings);
    place.spark().conf().set("spark.sql.session.timeZone", "Asia/Tokyo");
    try {
      assertThat(completions(rows.repartition(3), settings)).isEqualTo(first);
    } finally {
      place.spark().conf().unset("spark.sql.session.timeZone");
    }
    assertThat(first).doesNotHaveDuplicates();
  }

  private static List<String> completions(Dataset<Row> rows, HerdSettings settings) {
    return Herd.generate(rows, settings).select("id", "completion").collectAsList().stream()
        .map(row -> row.getLong(0) + row.getString(1))
        .sorted()
        .toList();
  }
}
