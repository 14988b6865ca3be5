package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.herd.api.Herd;
import io.herd.api.HerdSettings;
import io.herd.job.library.Generation;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Herd.generate in somebody's own pipeline. */
@ExtendWith(SharedSpark.class)
class LibraryTest {
  /** What LABEL says, for a call. */
  private static final HerdSettings LABELS =
      HerdSettings.model(Workplace.MODEL.toString())
          .set("model.dtype", "float32")
          .set("prompt.template", "Review: {{ text }}\nSentiment:")
          .set("prompt.chat", "off")
          .set("choices", List.of(" positive", " negative"))
          .set("engine.threads", 1);

  private static final HerdSettings TEXTS =
      HerdSettings.model("file:" + Workplace.MODEL)
          .set("prompt.column", "text")
          .set("generate.max-new-tokens", 4)
          .set("engine.threads", 1);

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  private Dataset<Row> rows(int from, int to) {
    place.input(reviews(from, to));
    return place.spark().read().json(place.directory().resolve("in.jsonl").toString());
  }

  private HerdSettings inWorkDir() {
    return LABELS.set("run.work-dir", place.directory().resolve("work").toString());
  }

  private static Map<String, Double> probabilities(Dataset<Row> labelled) {
    Map<String, Double> byId = new TreeMap<>();
    labelled
        .selectExpr("id", "scores['positive']")
        .collectAsList()
        .forEach(row -> byId.put(row.getString(0), row.getDouble(1)));
    return byId;
  }

  @Test
  void generate_withAndWithoutWorkDir_givesWhatTheJobGives() {
    Dataset<Row> rows = rows(0, 20);
    String template = // long enough to be worth sharing
        "Does the person who wrote this review like the product?\nReview: {{ text }}\nSentiment:";
    place.run(LABEL, "herd.prompt.template=" + template);
    Map<String, Double> job = probabilities(place.output());

    HerdSettings settings = LABELS.set("prompt.template", template);
    String other = place.directory().resolve("other").toString();
    for (HerdSettings each : List.of(settings, settings.set("run.work-dir", other))) {
      Dataset<Row> labelled = Herd.generate(rows, each);
      assertThat(labelled.columns()).containsExactlyInAnyOrder(place.output().columns());
      Map<String, Double> library = probabilities(labelled);
      assertThat(library.keySet()).isEqualTo(job.keySet());
      library.forEach((id, p) -> assertThat(p).as(id).isCloseTo(job.get(id), within(1e-4)));
    }
  }

  @Test
  void generate_manyRows_keepsTheirOrderAndNumber() {
    Dataset<Row> rows = rows(0, 250).coalesce(1); // several chunks
    List<String> ids = rows.select("id").as(org.apache.spark.sql.Encoders.STRING()).collectAsList();

    List<Row> labelled = Herd.generate(rows, LABELS).select("id", "status").collectAsList();

    assertThat(labelled).extracting(row -> row.getString(0)).containsExactlyElementsOf(ids);
    assertThat(labelled).allSatisfy(row -> assertThat(row.getString(1)).isEqualTo("ok"));
  }

  @Test
  void generate_noAction_readsNoRow() {
    Dataset<Row> rows = place.spark().sql("SELECT string(raise_error('was read')) AS text");

    Dataset<Row> texts = Herd.generate(rows, TEXTS);
    Dataset<Row> kept =
        Herd.generate(rows, TEXTS.set("run.work-dir", place.directory().resolve("w").toString()));

    assertThat(place.directory().resolve("w")).doesNotExist();
    assertThatThrownBy(texts::count).hasMessageContaining("was read");
    assertThatThrownBy(kept::count).hasMessageContaining("was read");
  }

  @Test
  void generate_withoutWorkDir_warnsThatActionsGenerateAgain() {
    Heard heard = new Heard();
    Logger logger = (Logger) LogManager.getLogger(Generation.class);
    heard.start();
    logger.addAppender(heard);
    try {
      Herd.generate(rows(0, 1), inWorkDir());
      assertThat(heard.messages).isEmpty();
      Herd.generate(rows(0, 1), LABELS);
      assertThat(heard.messages)
          .singleElement()
          .asString()
          .contains("without herd.run.work-dir every action on these rows generates again");
    } finally {
      logger.removeAppender(heard);
    }
  }

  private static final class Heard extends AbstractAppender {
    private final List<String> messages = new ArrayList<>();

    Heard() {
      super("heard", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      messages.add(event.getMessage().getFormattedMessage());
    }
  }

  @Test
  void generate_workDirSecondAction_generatesNothing() {
    Dataset<Row> labelled = Herd.generate(rows(0, 10), inWorkDir());

    assertThat(labelled.count()).isEqualTo(10);
    List<Path> log = place.log();
    assertThat(probabilities(labelled)).hasSize(10);
    assertThat(labelled.filter("status = 'ok'").count()).isEqualTo(10);

    assertThat(place.log()).isEqualTo(log);
  }

  @Test
  void generate_workDirOtherCallsAndJobs_shareResults() {
    Herd.generate(rows(0, 10), inWorkDir()).count();
    List<Path> log = place.log();

    Herd.generate(rows(0, 10).repartition(3), inWorkDir()).count();
    place.run(LABEL);

    assertThat(place.log()).isEqualTo(log);
    assertThat(place.reported("rows_reused")).isEqualTo(10);
  }

  @Test
  void generate_workDirFirstActionFails_secondTriesAgain() {
    SparkSession spark = place.spark();
    rows(0, 3);
    String folder = place.directory().resolve("*.jsonl").toString();
    Dataset<Row> rows = spark.read().schema("id STRING, text STRING").json(folder);
    Dataset<Row> labelled = Herd.generate(rows, inWorkDir());
    place.file("work", List.of("in the way"));
    assertThatThrownBy(labelled::count).hasMessageContaining("work");
    place.directory().resolve("work").toFile().delete();

    assertThat(labelled.count()).isEqualTo(3);
  }

  @Test
  void generate_rowsThatCantBeDone_haveTheirReason() {
    Dataset<Row> rows =
        place
            .spark()
            .sql(
                "SELECT * FROM VALUES (1, 'good'), (2, NULL), (3, repeat('long ', 3000)) t(n,"
                    + " text)");

    List<Row> texts =
        Herd.generate(rows, TEXTS)
            .select("completion", "status", "error", "prompt_tokens")
            .collectAsList();

    assertThat(texts).extracting(row -> row.getString(1)).containsExactly("ok", "failed", "failed");
    assertThat(texts.get(1).getString(2)).contains("`text` is null");
    assertThat(texts.get(2).getString(2)).contains("too long");
    assertThat(texts.get(0).getString(2)).isNull();
    assertThat(texts.get(0).getInt(3)).isPositive();
  }

  @Test
  void generate_stream_isGeneratedAsItComes() throws Exception {
    place.input(reviews(0, 5));
    Dataset<Row> stream =
        place
            .spark()
            .readStream()
            .schema("id STRING, text STRING")
            .json(place.directory().toString());
    List<Row> seen = Collections.synchronizedList(new ArrayList<>());

    Herd.generate(stream, LABELS)
        .writeStream()
        .trigger(Trigger.AvailableNow())
        .foreachBatch((Dataset<Row> batch, Long n) -> seen.addAll(batch.collectAsList()))
        .start()
        .awaitTermination();

    assertThat(seen).hasSize(5);
    assertThatThrownBy(() -> Herd.generate(stream, inWorkDir()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("use foreachBatch");
  }

  @Test
  void generate_wrongSettings_areAllNamedAtOnce() {
    HerdSettings wrong =
        HerdSettings.model(Workplace.MODEL.toString())
            .set("output.path", "out")
            .set("generate.max-new-tokens", 0)
            .with("herd.promt.column=text");

    assertThatThrownBy(() -> Herd.generate(rows(0, 1), wrong))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(
            "herd.output.path: has no effect here, because the caller supplies the rows",
            "herd.generate.max-new-tokens: ",
            "herd.promt.column: no such key. Did you mean herd.prompt.column?",
            "needs exactly one of herd.prompt.column");
  }

  /** An empty work-dir isn't none, and would be a folder named by two quotes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "run.work-dir",
        "prompt.column",
        "gold-column",
        "input.id-column",
        "choices-column",
        "labelling.question",
        "output.columns.prefix",
        "hub.cache"
      })
  void generate_emptyText_isRefused(String key) {
    for (String empty : List.of("", " ")) {
      assertThatThrownBy(() -> Herd.generate(rows(0, 1), TEXTS.set(key, empty)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("herd." + key + ": is blank");
    }
    assertThatThrownBy(() -> Herd.generate(rows(0, 1), HerdSettings.model("")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.model.path: is blank");
    assertThatThrownBy(
            () -> Herd.generate(rows(0, 1), TEXTS.set("output.columns.select", List.of(""))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.output.columns.select: holds a");
  }

  @Test
  void generate_tokenInASetting_isRefusedAndNotShown() {
    HerdSettings leaky = LABELS.set("prompt.system", "hf_abcdefghijklmnopqrstuvwxyz");

    assertThatThrownBy(() -> Herd.generate(rows(0, 1), leaky))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("HF_TOKEN")
        .hasMessageNotContaining("abcdefghijklmnop");
  }

  @Test
  void generate_columnThatIsThereAlready_isRefused() {
    Dataset<Row> rows = rows(0, 1).withColumnRenamed("rating", "label");

    assertThatThrownBy(() -> Herd.generate(rows, LABELS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("column label, which the output adds");
    assertThat(Herd.generate(rows, TEXTS).columns()).contains("label", "completion");
    assertThat(Herd.generate(rows, LABELS.set("output.columns.prefix", "herd_")).columns())
        .contains("label", "herd_label", "herd_scores", "herd_error")
        .doesNotContain("status");
  }

  @Test
  void model_urlThatNamesNone_isRefused() {
    assertThatThrownBy(() -> HerdSettings.model("hf://llama"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("hf://owner/name");
  }
}
