package io.herd.job;

import static io.herd.job.Workplace.MODEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.herd.job.exit.ExitCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model's folder that isn't whole, or is of two models. */
@ExtendWith(SharedSpark.class)
class BadModelTest {
  private Workplace place;
  private Path model;

  @BeforeEach
  void copyModel(SparkSession spark, @TempDir Path directory) throws IOException {
    place = new Workplace(spark, directory).input(reviews(0, 3));
    model = Files.createDirectories(directory.resolve("model"));
    for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      Files.copy(MODEL.resolve(name), model.resolve(name));
    }
  }

  @Test
  void run_noFolder_isTheUsers() {
    assertThat(BadInputTest.refusal(place, "herd.model.path=nowhere"))
        .isEqualTo(
            "there is no folder "
                + place.directory()
                + "/nowhere\n  What to do: set herd.model.path to the folder of a model, with"
                + " config.json, tokenizer.json and *.safetensors in it.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "tokenizer.json", "model.safetensors"})
  void run_missingFile_isNamed(String name) throws IOException {
    Files.delete(model.resolve(name));

    assertThat(refusal()).contains(name).contains(model.toString());
  }

  @Test
  void run_truncatedWeights_areTheUsers() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
      file.setLength(file.length() - 100_000);
    }

    assertThat(refusal())
        .contains("model.safetensors is damaged: ")
        .contains("What to do: fetch the file again and compare its size.");
  }

  @Test
  void run_wrongShapes_areTheUsers() throws IOException {
    JsonObject config = json("config.json");
    config.addProperty("intermediate_size", 1024);
    write("config.json", config);

    assertThat(refusal()).containsPattern("tensor \\S+ has shape .*, config.json asks for ");
  }

  @Test
  void run_tokenizerOfALargerModel_isTheUsers() throws IOException {
    JsonObject tokenizer = json("tokenizer.json");
    JsonObject extra = tokenizer.getAsJsonArray("added_tokens").get(0).getAsJsonObject().deepCopy();
    extra.addProperty("id", 4096);
    extra.addProperty("content", "<|one_too_many|>");
    tokenizer.getAsJsonArray("added_tokens").add(extra);
    write("tokenizer.json", tokenizer);

    assertThat(refusal())
        .isEqualTo(
            "the tokenizer in "
                + model
                + " has ids up to 4096, the model's vocabulary ends at 4095\n"
                + "  What to do: use the tokenizer.json that belongs to this model.");
  }

  /** The one size in config.json that no tensor holds down. */
  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, Integer.MAX_VALUE - 1, 1 << 30})
  void run_contextOfBillionsOfTokens_takesNoMemoryForThem(int positions) throws IOException {
    JsonObject config = json("config.json");
    config.addProperty("max_position_embeddings", positions);
    write("config.json", config);

    assertThat(place.run(Workplace.LABEL, "herd.model.path=model").code()).isEqualTo(ExitCode.DONE);
  }

  /** A completion of 4,096 tokens would be 4 GB. */
  @Test
  void run_tokenOfAMillionCharacters_isRefused() throws IOException {
    JsonObject tokenizer = json("tokenizer.json");
    JsonObject vocabulary = tokenizer.getAsJsonObject("model").getAsJsonObject("vocab");
    String last = vocabulary.keySet().stream().reduce((one, other) -> other).orElseThrow();
    vocabulary.add("x".repeat(1_000_000), vocabulary.remove(last));
    write("tokenizer.json", tokenizer);

    assertThat(refusal()).contains("isn't a BPE tokenizer in JSON: see its model.vocab");
  }

  private String refusal() {
    return BadInputTest.refusal(place, "herd.model.path=model");
  }

  private JsonObject json(String name) throws IOException {
    return new Gson().fromJson(Files.readString(model.resolve(name)), JsonObject.class);
  }

  private void write(String name, JsonObject value) throws IOException {
    Files.writeString(model.resolve(name), new Gson().toJson(value));
  }
}
