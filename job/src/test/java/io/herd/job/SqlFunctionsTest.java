package io.herd.job;

import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.herd.api.Herd;
import io.herd.api.HerdSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

@ExtendWith(SharedSpark.class)
class SqlFunctionsTest {
  private static final int ROWS = 20;
  private static final String LABEL = "herd_label(prompt, array(' positive', ' negative'))";

  private SparkSession spark;

  @BeforeEach
  void makeSession(SparkSession shared, @TempDir Path directory) {
    new Workplace(shared, directory).input(reviews(0, ROWS));
    spark = shared.newSession();
    spark
        .read()
        .json(directory.resolve("in.jsonl").toString())
        .selectExpr("id", "rating", "concat('Review: ', text, '\\nSentiment:') AS prompt")
        .createOrReplaceTempView("reviews");
    spark.conf().set("spark.herd.model.path", Workplace.MODEL.toString());
    spark.conf().set("spark.herd.model.dtype", "float32");
    spark.conf().set("spark.herd.prompt.chat", "off");
    spark.conf().set("spark.herd.engine.threads", "1");
  }

  private List<Row> rows(String query) {
    return spark.sql(query).collectAsList();
  }

  /** How many calls a query makes for each row. */
  private static long calls(Dataset<Row> query) {
    return query
        .queryExecution()
        .optimizedPlan()
        .toString()
        .lines()
        .filter(line -> line.contains("CallNode"))
        .count();
  }

  /** Counts the rows that engines did while it listens. */
  private static final class RowCount extends SparkListener {
    private final AtomicLong rows = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      CollectionConverters.asJava(end.taskInfo().accumulables()).stream()
          .filter(each -> each.name().get().equals("herd rows"))
          .forEach(each -> rows.addAndGet((Long) each.update().get()));
    }

    long rows() {
      return rows.get();
    }
  }

  private Map<String, Double> expected() {
    HerdSettings settings =
        HerdSettings.model(Workplace.MODEL.toString())
            .set("model.dtype", "float32")
            .set("prompt.column", "prompt")
            .set("prompt.chat", "off")
            .set("choices", List.of(" positive", " negative"))
            .set("engine.threads", 1);
    return Herd.generate(spark.table("reviews"), settings)
        .selectExpr("id", "scores['positive']")
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getDouble(1)));
  }

  @Test
  void label_everyRow_isWhatTheLibraryGives() {
    Map<String, Double> expected = expected();

    List<Row> labelled =
        rows("SELECT id, l.* FROM (SELECT id, " + LABEL + " AS l FROM reviews) ORDER BY id");

    assertThat(labelled)
        .extracting(row -> row.<String>getAs("id"))
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (Row row : labelled) {
      Map<String, Double> scores = row.getJavaMap(row.fieldIndex("scores"));
      String label = row.getAs("label");
      assertThat(scores.get("positive"))
          .isCloseTo(expected.get(row.<String>getAs("id")), within(1e-4));
      assertThat(row.<Double>getAs("probability")).isEqualTo(scores.get(label));
      assertThat(row.<String>getAs("error")).isNull();
    }
  }

  @Test
  void generate_options_count() {
    List<Row> texts =
        rows(
            "SELECT g.* FROM (SELECT herd_generate(prompt, map('max-new-tokens', '3', 'ignore-eos',"
                + " 'true')) AS g FROM reviews)");

    assertThat(texts)
        .hasSize(ROWS)
        .allSatisfy(
            row -> {
              assertThat(row.<Integer>getAs("completion_tokens")).isEqualTo(3);
              assertThat(row.<String>getAs("finish_reason")).isEqualTo("length");
              assertThat(row.<String>getAs("completion")).isNotNull();
            });
  }

  @Test
  void generate_noPrompt_isAnErrorOfTheRow() {
    List<Row> texts =
        rows("SELECT g.* FROM (SELECT herd_generate(p) AS g FROM VALUES (NULL), ('a') AS t(p))");

    assertThat(texts.get(0).<String>getAs("completion")).isNull();
    assertThat(texts.get(0).<String>getAs("error")).contains("is null");
    assertThat(texts.get(1).<String>getAs("error")).isNull();
  }

  @Test
  void label_inWhereGroupAndOrder_works() {
    long positive = rows("SELECT 1 FROM reviews WHERE " + LABEL + ".label = 'positive'").size();
    List<Row> groups =
        rows("SELECT " + LABEL + ".label AS l, count(*) FROM reviews GROUP BY 1 ORDER BY 1");
    List<Row> sorted =
        rows("SELECT id FROM reviews ORDER BY " + LABEL + ".scores['positive'] DESC");

    assertThat(groups.stream().mapToLong(row -> row.getLong(1)).sum()).isEqualTo(ROWS);
    assertThat(groups)
        .filteredOn(row -> row.getString(0).equals("positive"))
        .allSatisfy(row -> assertThat(row.getLong(1)).isEqualTo(positive));
    Map<String, Double> expected = expected();
    assertThat(sorted)
        .extracting(row -> expected.get(row.getString(0)))
        .isSortedAccordingTo((a, b) -> Math.abs(a - b) < 1e-4 ? 0 : Double.compare(b, a));
  }

  @Test
  void call_writtenTwiceInOneSelect_isMadeOnce() {
    Dataset<Row> query =
        spark.sql("SELECT " + LABEL + ".label, " + LABEL + ".probability FROM reviews");

    assertThat(calls(query)).isEqualTo(1);
    assertThat(query.collectAsList()).hasSize(ROWS);
  }

  @Test
  void call_whoseResultNobodyReads_isNotMade() {
    String labelled = "(SELECT id, rating, " + LABEL + " AS l FROM reviews)";

    assertThat(calls(spark.sql("SELECT count(*) FROM " + labelled))).isZero();
    assertThat(calls(spark.sql("SELECT id FROM " + labelled + " WHERE rating > 0"))).isZero();
    assertThat(
            calls(spark.sql("SELECT a.id FROM " + labelled + " a JOIN reviews b ON a.id = b.id")))
        .isZero();
    assertThat(calls(spark.sql("SELECT id FROM " + labelled + " ORDER BY l.probability")))
        .isEqualTo(1);
    assertThat(calls(spark.sql("SELECT count(DISTINCT l.label) FROM " + labelled))).isEqualTo(1);
    assertThat(calls(spark.sql("SELECT DISTINCT l.label FROM " + labelled))).isEqualTo(1);
    assertThat(rows("SELECT count(*) FROM " + labelled).get(0).getLong(0)).isEqualTo(ROWS);
  }

  @Test
  void call_inACteThatIsReadTwice_isMadeOnceWithOneAnswer() {
    Dataset<Row> query =
        spark.sql(
            "WITH g AS (SELECT id, herd_generate(prompt, map('max-new-tokens', 3, 'temperature', 1),"
                + " id).completion AS c FROM reviews)"
                + " SELECT a.c, b.c FROM g a JOIN g b ON a.id = b.id");

    RowCount counted = new RowCount();
    spark.sparkContext().addSparkListener(counted);
    List<Row> pairs = query.collectAsList();
    spark.sparkContext().removeSparkListener(counted);

    assertThat(pairs).hasSize(ROWS).allSatisfy(r -> assertThat(r.get(0)).isEqualTo(r.get(1)));
    assertThat(counted.rows()).isEqualTo(ROWS);
  }

  @Test
  void draws_underAnotherFilter_areAsBefore() {
    String drawn =
        "SELECT id, herd_generate(prompt, map('max-new-tokens', 8, 'temperature', 2)).completion"
            + " FROM reviews";
    Map<Object, Object> all = new HashMap<>();
    rows(drawn).forEach(row -> all.put(row.get(0), row.get(1)));

    List<Row> some = rows(drawn + " WHERE rating > 0");

    assertThat(some)
        .hasSizeBetween(2, ROWS - 1)
        .allSatisfy(row -> assertThat(row.get(1)).isEqualTo(all.get(row.get(0))));
  }

  @Test
  void draws_ofEqualPrompts_differByName() {
    String drawn = "'Once', map('max-new-tokens', 8, 'temperature', 2)";

    assertThat(rows("SELECT herd_generate(" + drawn + ").completion FROM range(8)").stream())
        .extracting(row -> row.get(0))
        .containsOnly(rows("SELECT herd_generate(" + drawn + ").completion").get(0).get(0));
    assertThat(
            rows("SELECT herd_generate(" + drawn + ", string(id)).completion FROM range(8)")
                .stream()
                .map(row -> row.get(0))
                .distinct())
        .hasSizeGreaterThan(4);
  }

  @Test
  void columns_withoutAlias_haveShortNames() {
    Dataset<Row> query =
        spark.sql(
            "SELECT herd_generate(prompt, map('max-new-tokens', 2)), "
                + LABEL
                + ".label FROM reviews");

    assertThat(query.columns()).containsExactly("herd_generate", "herd_label.label");
    assertThat(query.collectAsList()).hasSize(ROWS);
  }

  @Test
  void call_ofACall_isMadeAfterIt() {
    Dataset<Row> query =
        spark.sql(
            "SELECT herd_label(herd_generate(prompt, map('max-new-tokens', 2)).completion,"
                + " array(' a', ' b')).label AS l FROM reviews");

    assertThat(calls(query)).isEqualTo(2);
    assertThat(query.collectAsList())
        .extracting(row -> row.getString(0))
        .hasSize(ROWS)
        .isSubsetOf("a", "b");
  }

  @Test
  void filter_onOtherColumns_comesBeforeTheCall() {
    Dataset<Row> query =
        spark.sql(
            "SELECT * FROM (SELECT id, rating, "
                + LABEL
                + " AS l FROM reviews) WHERE rating > 0 AND l.label = 'positive'");

    String plan = query.queryExecution().optimizedPlan().toString();
    assertThat(calls(query)).isEqualTo(1);
    assertThat(plan.indexOf("rating#", plan.indexOf("CallNode")))
        .as("below the call: " + plan)
        .isLessThan(plan.indexOf("> 0", plan.indexOf("CallNode")) + 40);
    assertThat(plan.substring(0, plan.indexOf("CallNode"))).contains("Filter").doesNotContain("> ");
    assertThat(query.collectAsList())
        .allSatisfy(row -> assertThat(row.getStruct(2).getString(0)).isEqualTo("positive"));
  }

  @Test
  void limit_comesBeforeTheCall() {
    Dataset<Row> query = spark.sql("SELECT id, " + LABEL + " AS l FROM reviews LIMIT 3");

    String plan = query.queryExecution().optimizedPlan().toString();
    assertThat(plan.lastIndexOf("LocalLimit 3")).isGreaterThan(plan.indexOf("CallNode"));
    assertThat(query.collectAsList()).hasSize(3);
  }

  @Test
  void aggregate_aboveAndBelow_needsASubquery() {
    String joined = "SELECT rating > 0 AS good, max(prompt) AS p FROM reviews GROUP BY 1";

    assertThat(rows("SELECT good, herd_generate(p).completion FROM (" + joined + ")"))
        .hasSizeBetween(1, 2);
    assertThatThrownBy(() -> rows("SELECT herd_generate(max(prompt)) FROM reviews"))
        .hasMessageContaining("subquery");
    assertThat(rows("SELECT max(" + LABEL + ".probability) FROM reviews").get(0).getDouble(0))
        .isBetween(0.5, 1.0);
  }

  @Test
  void arguments_wrongOnes_areRefusedBeforeAnythingRuns() {
    assertThatThrownBy(() -> spark.sql("SELECT herd_label(prompt) FROM reviews"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("herd_label takes a prompt and labels");
    assertThatThrownBy(() -> spark.sql("SELECT herd_label(prompt, array(id)) FROM reviews"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("the same for all rows");
    assertThatThrownBy(() -> spark.sql("SELECT herd_generate(prompt, map(), 3) FROM reviews"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("needs a string as the row's name");
    assertThatThrownBy(() -> spark.sql("SELECT herd_generate(rating) FROM reviews"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("needs a string as its prompt");
    assertThatThrownBy(() -> rows("SELECT herd_generate(id, map('max-tokens', 3)) FROM reviews"))
        .hasMessageContaining("no such key. Did you mean herd.generate.max-new-tokens?");
  }

  @Test
  void settings_missingOrUseless_areNamed() {
    spark.conf().set("spark.herd.run.work-dir", "work");
    assertThatThrownBy(() -> rows("SELECT herd_generate(id) FROM reviews"))
        .hasMessageContaining("spark.herd.run.work-dir does nothing in a query");
    spark.conf().unset("spark.herd.run.work-dir");
    spark.conf().set("spark.herd.generate.logprobs", "2");
    assertThatThrownBy(() -> rows("SELECT herd_generate(id) FROM reviews"))
        .hasMessageContaining("herd_generate can't return completion, logprobs");
    spark.conf().unset("spark.herd.generate.logprobs");
    spark.conf().unset("spark.herd.model.path");
    assertThatThrownBy(() -> rows("SELECT herd_generate(id) FROM reviews"))
        .hasMessageContaining("herd_generate has no model");
  }

  @Test
  void explain_asksForNoModel() {
    spark.conf().set("spark.herd.model.path", "/nowhere");

    assertThat(rows("EXPLAIN SELECT " + LABEL + " FROM reviews").get(0).getString(0))
        .contains("Call herd_label");
  }
}
