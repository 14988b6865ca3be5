package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.exit.ExitCode;
import io.herd.udfs.endpoint.FakeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Configurations and SQL of the documents, and the files in conf/, on three rows. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class DocumentedCodeTest {
  private static final String FOLDERS =
      """
      herd { input { format = json, path = "reviews/*.jsonl" }, output.path = out, run.work-dir = work }
      """;

  private static final String PROMPT = "herd.prompt { template = \"{{ text }}\", chat = off }\n";

  private final FakeServer server = new FakeServer();
  private Workplace place;

  static List<Documents.Block> configurations() {
    return Documents.in("hocon");
  }

  static List<Documents.Block> queries() {
    return Documents.in("sql");
  }

  static List<String> files() {
    return Documents.files(".conf").stream()
        .filter(file -> file.startsWith("conf/"))
        .filter(file -> Documents.text(file).contains("\nherd {"))
        .filter(file -> !file.equals("conf/reference.conf")) // whose defaults name no input
        .toList();
  }

  @BeforeEach
  void makeReviews(SparkSession spark, @TempDir Path directory) throws IOException {
    Launched.makeProject(directory);
    Files.createDirectory(directory.resolve("reviews"));
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      rows.add(row(i));
    }
    place = new Workplace(spark, directory).file("reviews/in.jsonl", rows);
    Files.createDirectory(directory.resolve("requests"));
    Files.copy(Workplace.SAMPLES.resolve("batch.jsonl"), directory.resolve("requests/in.jsonl"));
  }

  /** With the columns that the documents speak of. */
  private static String row(int id) {
    return String.format(
        Locale.ROOT,
        "{\"id\": \"%d\", \"text\": \"It works %d times.\", \"human_label\": \"positive\","
            + " \"product\": {\"kind\": \"lamp\"}, \"tags\": [\"light\", \"desk\"], \"prompt\": \"Why?\","
            + " \"response\": \"So.\"}",
        id,
        id);
  }

  /** On a small model, by Herd's engine or by the fake server. */
  private String[] small(String text, String... more) {
    boolean cascade = text.contains("cascade {");
    boolean served = text.contains("kind = endpoint");
    boolean judged = text.contains("task = moderation");
    Path model = judged ? Guards.in(place.directory(), "guard3-parts") : Workplace.MODEL;
    List<String> overrides = new ArrayList<>(List.of(more));
    overrides.addAll(List.of("herd.model.id=null", "herd.model.path=" + model));
    if (served) {
      overrides.add((cascade ? "herd.cascade.engine.url=" : "herd.engine.url=") + server.url());
    }
    if (cascade || !served) {
      overrides.addAll(List.of("herd.model.dtype=float32", "herd.engine.threads=1"));
    }
    if (cascade) {
      overrides.addAll(
          List.of("herd.cascade.model.id=null", "herd.cascade.model.path=" + Workplace.MODEL));
    }
    return overrides.toArray(String[]::new);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void configuration_ofADocument_runs(Documents.Block block) {
    String text = block.text().replaceAll("\\$\\{\\w+}", "secret"); // of an environment
    String whole = FOLDERS + (text.contains("prompt") ? "" : PROMPT) + text;

    if (text.contains("jdbc:")) { // there is no such database: it is read and checked
      assertThat(
              place
                  .settings(whole.replace("output.path = out, ", ""), small(text))
                  .output()
                  .table())
          .isPresent();
    } else {
      assertThat(place.run(whole, small(text)).code()).isEqualTo(ExitCode.DONE);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void file_inConf_runs(String file) {
    String text = Documents.text(file);
    String rows = text.contains("openai-batch") ? "requests" : "reviews";
    String[] overrides = small(text, "herd.input.path=" + rows + "/in.jsonl");

    assertThat(place.run(text, overrides).code()).isEqualTo(ExitCode.DONE);
  }

  @ParameterizedTest
  @MethodSource("queries")
  void query_ofADocument_answersEveryRow(Documents.Block block, SparkSession shared) {
    SparkSession spark = shared.newSession();
    spark.conf().set("spark.herd.model.path", Workplace.MODEL.toString());
    spark.conf().set("spark.herd.prompt.chat", "off");
    spark.conf().set("spark.herd.engine.threads", "1");
    Dataset<Row> rows = spark.read().json(place.directory().resolve("reviews").toString());
    rows.createOrReplaceTempView("reviews");
    rows.selectExpr("text AS question").createOrReplaceTempView("questions");

    for (String query : block.text().split(";\\s*", 0)) {
      List<Row> answered = spark.sql(query).collectAsList();
      assertThat(answered).as(query).hasSize(3);
      if (query.startsWith("SELECT id")) {
        assertThat(answered).extracting(row -> row.get(0)).doesNotHaveDuplicates();
      }
    }
  }
}
