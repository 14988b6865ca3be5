package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.job.verb.CheckVerb;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.fake.FakeHub;
import io.herd.udfs.hub.fake.FakeRequest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code herd check} says of one repository of each kind that can't be run. */
@ExtendWith(SharedSpark.class)
class RefusedModelsTest {

  /** Nothing is downloaded, no token is asked for, and the licence needn't be accepted first. */
  @ParameterizedTest
  @CsvSource({
    "meta-llama/Llama-2-7b-chat, .pth files, meta-llama/Llama-2-7b-chat-hf.",
    "meta-llama/Llama-3.2-1B-Instruct-SpinQuant_INT4_EO8, ExecuTorch,"
        + " meta-llama/Llama-3.2-1B-Instruct",
    "meta-llama/Llama-4-Scout-17B-16E-Instruct, mixture of experts, vLLM",
    "meta-llama/Llama-Prompt-Guard-2-86M, DeBERTa, meta-llama/Llama-Guard-3-1B",
  })
  void check_refusedRepository_endsAtTheCrossWithWhatToTake(
      String id, String why, String instead, SparkSession spark, @TempDir Path directory) {
    try (FakeHub hub = FakeHub.start()) {
      hub.repo(id).folder(Workplace.MODEL).gated();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Workplace place = new Workplace(spark, directory).input(Workplace.reviews(0, 3));
      CheckVerb check =
          new CheckVerb(
              spark,
              place.settings(
                  LABEL,
                  "herd.model.path=null",
                  "herd.model.id=" + id,
                  "herd.hub.endpoint=" + hub.endpoint(),
                  "herd.hub.cache=cache"),
              new PrintStream(bytes, true, StandardCharsets.UTF_8));

      assertThatExceptionOfType(UserException.class)
          .isThrownBy(check::run)
          .withMessageStartingWith(id + " is not supported: ")
          .withMessageContaining(why)
          .withMessageContaining("What to do: choose ")
          .withMessageContaining(instead);
      assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("  ✗ access\n");
      assertThat(hub.requests()).extracting(FakeRequest::method).containsExactly("GET");
      assertThat(directory.resolve("cache")).doesNotExist();
    }
  }
}
