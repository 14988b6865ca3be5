package io.herd.job;

import static io.herd.job.Workplace.reviews;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.api.TextGenerator;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.fake.FakeHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class TextGeneratorTest {
  private Path directory;
  private Dataset<Row> rows;

  @BeforeEach
  void makeRows(SparkSession spark, @TempDir Path temporary) {
    directory = temporary;
    new Workplace(spark, temporary).input(reviews(0, 6));
    rows =
        spark
            .read()
            .json(temporary.resolve("in.jsonl").toString())
            .selectExpr("id", "concat('Review: ', text, '\\nSentiment:') AS prompt", "1 AS status");
  }

  private static TextGenerator texts() {
    return new TextGenerator()
        .setInputCol("prompt")
        .setOutputCol("answer")
        .setModelUrl(Workplace.MODEL.toUri().toString())
        .setMaxNewTokens(4)
        .setBatchSize(8)
        .setSettings("herd.prompt.chat=off", "herd.engine.threads=1");
  }

  private static TextGenerator labels() {
    return texts().setOutputCol("label").setChoices(" positive", " negative");
  }

  private static TextGenerator withoutTokens(TextGenerator generator) {
    generator.clear(generator.maxNewTokens());
    return generator;
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  @Test
  void transform_addsItsColumnAndNoOther() {
    TextGenerator generator = texts();

    Dataset<Row> answered = generator.transform(rows);

    assertThat(answered.columns()).containsExactly("id", "prompt", "status", "answer");
    StructType promised = generator.transformSchema(rows.schema());
    assertThat(answered.schema().fieldNames()).isEqualTo(promised.fieldNames());
    assertThat(answered.schema().apply("answer").dataType())
        .isEqualTo(promised.apply("answer").dataType());
    assertThat(answered.filter("length(trim(answer)) > 0").count()).isEqualTo(6);
  }

  @Test
  void transform_choices_areTheLabels() {
    List<Row> labelled =
        withoutTokens(labels()).transform(rows).select("label").distinct().collectAsList();

    assertThat(labelled).extracting(row -> row.getString(0)).isSubsetOf("positive", "negative");
    assertThat(labelled).isNotEmpty();
  }

  @Test
  void transform_rowThatFails_hasNoAnswerAndItsReason() {
    Dataset<Row> none = rows.selectExpr("id", "string(NULL) AS prompt").limit(1);

    Row failed = texts().setErrorCol("problem").transform(none).head();

    assertThat(failed.<String>getAs("answer")).isNull();
    assertThat(failed.<String>getAs("problem")).contains("`prompt` is null");
  }

  @Test
  void transform_temperature_repeatsWithItsSeed() {
    TextGenerator wild = texts().setTemperature(2).setSeed(5);

    List<Row> first = wild.transform(rows).select("id", "answer").collectAsList();

    assertThat(wild.transform(rows).select("id", "answer").collectAsList()).isEqualTo(first);
    assertThat(wild.setSeed(6).transform(rows).select("id", "answer").collectAsList())
        .isNotEqualTo(first);
  }

  @Test
  void pipeline_savedAndLoaded_givesTheSame() throws IOException {
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {texts()});
    List<Row> before = pipeline.fit(rows).transform(rows).collectAsList();

    pipeline.write().save(file("pipeline"));
    PipelineModel fitted = Pipeline.load(file("pipeline")).fit(rows);
    fitted.write().save(file("fitted"));

    assertThat(PipelineModel.load(file("fitted")).transform(rows).collectAsList())
        .isEqualTo(before);
  }

  @Test
  void load_savedStage_hasItsNameAndParameters() throws IOException {
    TextGenerator saved = labels().setSeed(7).setTemperature(0.5);
    saved.save(file("stage"));

    TextGenerator loaded = TextGenerator.load(file("stage"));

    assertThat(loaded.uid()).isEqualTo(saved.uid());
    assertThat(loaded.getOrDefault(loaded.seed())).isEqualTo(7L);
    assertThat(loaded.getOrDefault(loaded.temperature())).isEqualTo(0.5);
    assertThat(loaded.getOrDefault(loaded.settings())).contains("herd.prompt.chat=off");
    assertThat(loaded.isDefined(loaded.errorCol())).isFalse();
    assertThat(loaded.getOrDefault(loaded.choices())).containsExactly(" positive", " negative");
  }

  @Test
  void save_tokenInAParameter_isRefused() {
    TextGenerator leaky = texts().setSettings("herd.model.id=hf_abcdefghijklmnopqrstuvwxyz");

    assertThatThrownBy(() -> leaky.save(file("stage")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("settings holds a Hugging Face token")
        .hasMessageNotContaining("abcdefghijkl");
    assertThat(directory.resolve("stage")).doesNotExist();
  }

  @Test
  void transform_gatedModelOfTheHub_isFetchedAndNoTokenIsSaved() throws IOException {
    String id = "meta-llama/Llama-3.2-1B";
    String token = "hf_abcdefghijklmnopqrstuvwxyz";
    Files.writeString(directory.resolve("token"), token);
    try (FakeHub hub = FakeHub.start()) {
      hub.repo(id).folder(Workplace.MODEL).gated();
      hub.account(token).accept(id);
      TextGenerator generator =
          texts()
              .setModelUrl("hf://" + id + "@main")
              .setSettings(
                  "herd.prompt.chat=off",
                  "herd.engine.threads=1",
                  "herd.hub.endpoint=" + hub.endpoint(),
                  "herd.hub.cache=" + file("cache"),
                  "herd.hub.token-file=" + file("token"));

      assertThat(generator.transform(rows).filter("answer IS NOT NULL").count()).isEqualTo(6);
      generator.save(file("stage"));
    }

    assertThat(directory.resolve("cache/models--meta-llama--Llama-3.2-1B/refs/main")).exists();
    try (Stream<Path> saved = Files.walk(directory.resolve("stage"))) {
      assertThat(saved.filter(Files::isRegularFile))
          .isNotEmpty()
          .allSatisfy(each -> assertThat(Files.readString(each, ISO_8859_1)).doesNotContain(token));
    }
  }

  @Test
  void copy_changed_leavesTheOriginal() {
    TextGenerator original = new TextGenerator("one").setOutputCol("a");

    TextGenerator copy = original.copy(new ParamMap().put(original.outputCol(), "b"));

    assertThat(copy.uid()).isEqualTo("one");
    assertThat(copy.getOrDefault(copy.outputCol())).isEqualTo("b");
    assertThat(original.getOrDefault(original.outputCol())).isEqualTo("a");
  }

  @Test
  void transformSchema_columnsThatDontFit_areNamed() {
    assertThatThrownBy(() -> texts().setInputCol("question").transformSchema(rows.schema()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no column question")
        .hasMessageContaining("id, prompt, status");
    assertThatThrownBy(() -> texts().setOutputCol("ID").transformSchema(rows.schema()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("column ID already");
    for (TextGenerator blank : List.of(texts().setOutputCol(""), texts().setErrorCol(" "))) {
      assertThatThrownBy(() -> blank.transformSchema(rows.schema()))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("name of a new column is blank");
    }
    assertThatThrownBy(() -> new TextGenerator().setInputCol("id").transform(rows))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has no outputCol");
  }

  @Test
  void transform_severalSamples_areRefused() {
    assertThatThrownBy(
            () -> texts().setTemperature(1).setSettings("herd.generate.samples=2").transform(rows))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("use Herd.generate");
  }

  @Test
  void transform_otherEngine_isRefused() {
    assertThatThrownBy(() -> texts().setEngine("TensorFlow").transform(rows))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("setEngine(\"PyTorch\")");
  }
}
