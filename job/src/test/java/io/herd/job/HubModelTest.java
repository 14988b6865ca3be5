package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.job.exit.ExitCode;
import io.herd.job.verb.CheckVerb;
import io.herd.job.verb.FetchVerb;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.fake.FakeHub;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs say, and fetch, of a gated model. */
@ExtendWith(SharedSpark.class)
class HubModelTest {
  private static final String ID = "meta-llama/Llama-3.2-1B";
  private static final String TOKEN = "hf_abcdefghijklmnopqrstuvwxyz";

  private final FakeHub hub = FakeHub.start();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private Workplace place;
  private String[] overrides;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    hub.repo(ID).folder(Workplace.MODEL).gated();
    place = new Workplace(spark, directory);
    place.file("token", List.of(TOKEN));
    overrides =
        new String[] {
          "herd.model.path=null",
          "herd.model.id=" + ID,
          "herd.hub.endpoint=" + hub.endpoint(),
          "herd.hub.token-file=token",
          "herd.hub.cache=cache"
        };
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void run_tokenThatOthersCanRead_isNotedOnce() {
    hub.account(TOKEN).name("someone").accept(ID);
    place.input(Workplace.reviews(0, 3));
    assertThat(place.run(LABEL, overrides).printed())
        .containsOnlyOnce("note      other users of this machine can read ")
        .doesNotContain(TOKEN);
  }

  /** A configuration may have the old name for years, and be run where the network isn't. */
  @Test
  void run_offlineUnderAnOldName_findsWhatWasFetched() {
    String old = "llama-old/Llama-1B";
    hub.account(TOKEN).name("someone").accept(ID);
    hub.renamed(old, ID);
    place.input(Workplace.reviews(0, 3));
    overrides[1] = "herd.model.id=" + old;
    new FetchVerb(place.spark(), place.settings(LABEL, overrides), out).run();
    hub.forget();

    String[] offline = Arrays.copyOf(overrides, overrides.length + 1);
    offline[overrides.length] = "herd.model.distribution=local";
    assertThat(place.run(LABEL, offline).code()).isEqualTo(ExitCode.DONE);
    assertThat(hub.requests()).isEmpty();
  }

  /** A scheduler's machine may reach the Hub today and not tomorrow. */
  @Test
  void run_offlineAfterARunThatAskedTheHub_generatesTheNewRowsOnly() {
    hub.account(TOKEN).name("someone").accept(ID);
    place.input(Workplace.reviews(0, 3));
    assertThat(place.run(LABEL, overrides).code()).isEqualTo(ExitCode.DONE);
    place.input(Workplace.reviews(0, 4));
    String[] offline = Arrays.copyOf(overrides, overrides.length + 1);
    offline[overrides.length] = "herd.model.distribution=local";
    assertThat(place.run(LABEL, offline).code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isEqualTo(1);
  }

  @Test
  void fetch_again_isInTheCacheAndDownloadsNothing() {
    hub.account(TOKEN).name("someone").accept(ID);
    FetchVerb fetch = new FetchVerb(place.spark(), place.settings(LABEL, overrides), out);
    fetch.run();
    hub.forget();
    fetch.run();

    assertThat(hub.requests()).noneMatch(request -> request.path().endsWith(".safetensors"));
    Path model = place.directory().resolve("cache/models--meta-llama--Llama-3.2-1B");
    assertThat(model.resolve("refs/main")).hasContent(hub.repo(ID).commit());
    assertThat(printed())
        .contains("the model is in " + model.resolve("snapshots").resolve(hub.repo(ID).commit()));
  }

  @Test
  void run_licenceNotAccepted_namesThePageAndTheAccountAndReadsNothing() {
    hub.account(TOKEN).name("someone");
    assertThat(BadInputTest.refusal(place, overrides))
        .contains("Llama 3.2", "someone", hub.endpoint() + "/" + ID)
        .doesNotContain("hf_abc");
  }

  @Test
  void check_licenceNotAccepted_endsAtTheCross() {
    hub.account(TOKEN).name("someone");
    CheckVerb verb = new CheckVerb(place.spark(), place.settings(LABEL, overrides), out);
    assertThatThrownBy(verb::run).isInstanceOf(UserException.class);
    assertThat(printed())
        .contains("  ✓ token             in the file ", "  ✓ note              other users ")
        .endsWith("  ✗ access\n")
        .containsOnlyOnce("✗");
  }
}
