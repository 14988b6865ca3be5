package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import io.herd.udfs.hub.fake.FakeHub;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
    place = new Workplace(spark, directory).input(Workplace.reviews(0, 3));
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

  @Test
  void check_licenceNotAccepted_endsAtTheCross() {
    hub.account(TOKEN).name("someone");
    CheckVerb verb = new CheckVerb(place.spark(), place.settings(LABEL, overrides), out);
    assertThatThrownBy(verb::run).isInstanceOf(UserException.class);
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("  ✓ token             in the file ")
        .endsWith("  ✗ access\n")
        .containsOnlyOnce("✗");
  }
}
