package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.fake.FakeHub;
import io.herd.udfs.hub.fake.FakeRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs with a model that adapters change: from a folder, or from a Hub with a gate before it. */
@ExtendWith(SharedSpark.class)
class AdapterTest {
  private static final Path ADAPTERS =
      Path.of("../udfs/test-resources/adapters").toAbsolutePath().normalize();

  private static final String ADAPTER = "herd.model.adapter=" + ADAPTERS.resolve("sample");
  private static final String ID = "someone/Llama-review-lora";
  private static final String TOKEN = "hf_abcdefghijklmnopqrstuvwxyz";

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(Workplace.reviews(0, 5));
  }

  private double probability() {
    return place.output().orderBy("id").head().<Double>getAs("probability");
  }

  private JsonObject model() throws IOException {
    String json = Files.readString(place.directory().resolve("work/manifest.json"));
    return new Gson().fromJson(json, JsonObject.class).getAsJsonObject("model");
  }

  private long generated() {
    return place.reported("rows_generated");
  }

  @Test
  void run_adapterComesGoesAndChangesItsWeight_hasResultsOfItsOwnEachTime() throws IOException {
    String half =
        "herd.model.adapter=[{ from = \"%s\", weight = 0.5 }]"
            .formatted(ADAPTERS.resolve("sample"));
    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);
    double plain = probability();
    assertThat(model().getAsJsonArray("adapters")).isEmpty();

    assertThat(place.run(LABEL, ADAPTER).printed()).doesNotContain("note ");
    double adapted = probability();
    assertThat(generated()).isEqualTo(5);
    JsonObject adapter = model().getAsJsonArray("adapters").get(0).getAsJsonObject();
    assertThat(adapter.get("id").getAsString()).isEqualTo("sample");
    assertThat(adapter.get("weight").getAsDouble()).isEqualTo(1);
    assertThat(adapter.getAsJsonArray("files")).hasSize(2);

    place.run(LABEL, half);
    assertThat(generated()).isEqualTo(5);
    assertThat(List.of(plain, adapted, probability())).doesNotHaveDuplicates();

    place.run(LABEL, ADAPTER);
    assertThat(generated()).isZero();
    assertThat(probability()).isEqualTo(adapted);
    place.run(LABEL);
    assertThat(generated()).isZero();
    assertThat(probability()).isEqualTo(plain);
  }

  @Test
  void run_gatedAdapter_comesThroughTheHandshakeAndIsNamedWithItsLicence() throws IOException {
    try (FakeHub hub = FakeHub.start()) {
      hub.repo(ID).folder(ADAPTERS.resolve("sample")).file("optimizer.pt", "x").gated();
      hub.repo(ID).file("tokenizer.json", "x").file("README.md", "x").licence("llama3.2");
      String[] overrides = {
        "herd.model.adapter=hf://" + ID,
        "herd.hub.endpoint=" + hub.endpoint(),
        "herd.hub.token-file=token",
        "herd.hub.cache=cache"
      };
      place.file("token", List.of(TOKEN));
      hub.account(TOKEN).name("someone");
      assertThat(BadInputTest.refusal(place, overrides)).contains(ID, "someone");

      hub.account(TOKEN).accept(ID);
      hub.forget();
      assertThat(place.run(LABEL, overrides).code()).isEqualTo(ExitCode.DONE);
      assertThat(hub.requests())
          .filteredOn(request -> request.method().equals("GET"))
          .extracting(FakeRequest::path)
          .filteredOn(path -> path.contains("/resolve/"))
          .allMatch(path -> path.matches(".*/adapter_(config\\.json|model\\.safetensors)"));
      JsonObject adapter = model().getAsJsonArray("adapters").get(0).getAsJsonObject();
      assertThat(adapter.get("licence").getAsString()).isEqualTo("llama3.2");
      assertThat(adapter.get("revision").getAsString()).isEqualTo("main");
      assertThat(adapter.get("commit").getAsString()).isEqualTo(hub.repo(ID).commit());
      double fromTheHub = probability();

      hub.forget();
      String[] offline = overrides.clone();
      offline[2] = "herd.model.distribution=local";
      place.run(LABEL, offline);
      assertThat(hub.requests()).isEmpty();
      assertThat(generated()).isZero();
      assertThat(probability()).isEqualTo(fromTheHub);
    }
  }

  @Test
  void run_adapterOfAnotherModel_isRefusedBeforeRowsAreRead() {
    assertThat(BadInputTest.refusal(place, "herd.model.adapter=" + ADAPTERS.resolve("names")))
        .contains("adapters/names has [4, 64] for model.layers.0.self_attn.q_proj.weight")
        .contains("[4, 256] would fit");
    assertThat(place.directory().resolve("work/input")).doesNotExist();
  }

  @Test
  void check_adapterWhoseModelHasAnotherName_saysBoth(@TempDir Path copy) throws IOException {
    for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(ADAPTERS.resolve("sample").resolve(name), copy.resolve(name));
    }
    Path config = copy.resolve("adapter_config.json");
    Files.writeString(config, Files.readString(config).replace("tiny/tiny-llama", "other/Base"));
    assertThat(place.check(LABEL, "herd.model.adapter=" + copy).printed())
        .contains("was trained on other/Base, and the model is tiny-llama")
        .contains("  ✓ adapters ");
  }

  @Test
  void run_noAdapterThere_saysWhatOneIs() {
    UserException refused =
        catchThrowableOfType(
            UserException.class, () -> place.run(LABEL, "herd.model.adapter=" + Workplace.MODEL));
    assertThat(refused).hasMessageContaining("there is no " + Workplace.MODEL);
    assertThat(refused).hasMessageContaining("adapter_config.json");
  }
}
