package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.MODEL;
import static io.herd.job.Workplace.reviews;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.job.workdir.Lease;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.UserException;
import io.herd.udfs.files.Digests;
import io.herd.udfs.partition.SnapshotColumns;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs after runs that were finished, and what says that they were. */
@ExtendWith(SharedSpark.class)
class RerunTest {
  /** Up to their length, so that it shows. */
  private static final String WHOLE = COMPLETE + "herd.generate.ignore-eos = true\n";

  private Workplace place;
  private Path manifest;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
    manifest = directory.resolve("work/manifest.json");
  }

  private JsonObject manifest() throws IOException {
    return new Gson().fromJson(Files.readString(manifest), JsonObject.class);
  }

  private List<String> rows() {
    return place.output().orderBy("id").toJSON().collectAsList();
  }

  @Test
  void run_finishedOne_generatesNothingAndWritesTheSame() throws IOException {
    place.input(reviews(0, 20)).run(LABEL);
    List<String> rows = rows();
    JsonObject written = manifest();
    List<Path> log = place.log();

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);

    assertThat(place.reported("rows_generated")).isZero();
    assertThat(rows()).isEqualTo(rows);
    JsonObject again = manifest();
    assertThat(again.remove("run")).isNotEqualTo(written.remove("run"));
    assertThat(again).isEqualTo(written);
    assertThat(place.log()).isEqualTo(log);
  }

  @Test
  void run_settingChangedAndBack_keepsTheResultsOfBoth() {
    place.input(reviews(0, 6)).run(WHOLE);
    List<String> four = rows();

    place.run(WHOLE, "herd.generate.max-new-tokens=6");
    assertThat(place.reported("rows_generated")).isEqualTo(6);
    List<String> six = rows();
    assertThat(six).isNotEqualTo(four);

    place.run(WHOLE);
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(rows()).isEqualTo(four);
    place.run(WHOLE, "herd.generate.max-new-tokens=6");
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(rows()).isEqualTo(six);
  }

  @Test
  void run_anotherConfigurationTookItsPlace_saysSoAndKeepsItsResults(SparkSession spark) {
    place.input(reviews(0, 6));
    Settings settings = place.settings(WHOLE);
    PrintStream out =
        new PrintStream(
            new ByteArrayOutputStream() {
              @Override
              public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                if (toString(StandardCharsets.UTF_8).contains("100 %")) {
                  dropSnapshots(); // as another run does; all is generated, and nothing published
                }
              }
            },
            true,
            StandardCharsets.UTF_8);

    assertThatThrownBy(() -> new Job(spark, settings, out).run())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a run with another configuration has begun on")
        .hasMessageContaining("herd.run.work-dir of its own");

    place.run(WHOLE);
    assertThat(place.reported("rows_generated")).isZero();
  }

  private void dropSnapshots() {
    WorkDir workDir =
        new WorkDir(place.directory().resolve("work").toString(), new Configuration(false));
    RunState last = workDir.run().state().orElseThrow();
    RunState other = RunState.of("s99", "s99", 1, "other", last.input());
    try (Lease lease = workDir.lease("read", line -> {}, () -> false)) {
      workDir.run().write(other, lease);
    }
    workDir.snapshots().dropBefore(other, last);
  }

  @Test
  void run_changedRow_isGeneratedAndTheOthersAreNot() {
    List<String> lines = new ArrayList<>(reviews(0, 9));
    place.input(lines).run(LABEL);
    lines.set(4, "{\"id\": \"changed\", \"text\": \"not what it was before\"}");

    place.input(lines).run(LABEL);

    assertThat(place.reported("rows_generated")).isEqualTo(1);
    assertThat(place.reported("rows_reused")).isEqualTo(8);
    assertThat(place.output().count()).isEqualTo(9);
  }

  @Test
  void manifest_finishedRun_saysWhatItWasMadeOf() throws Exception {
    place.input(reviews(0, 5)).run(LABEL, "herd.input.options={myToken=xyzzy}");

    JsonObject found = manifest();
    assertThat(found.get("outcome").getAsString()).isEqualTo("done");
    assertThat(found.get("output").getAsString()).isEqualTo(place.directory() + "/out");
    assertThat(found.getAsJsonObject("rows"))
        .hasToString("{\"in\":5,\"out\":5,\"ok\":5,\"failed\":0}");
    JsonObject model = found.getAsJsonObject("model");
    assertThat(model.get("id").getAsString()).isEqualTo("tiny-llama");
    assertThat(model.get("commit").getAsString()).isEqualTo("local");
    assertThat(model.getAsJsonArray("files"))
        .anySatisfy(
            file -> {
              assertThat(file.getAsJsonObject().get("name").getAsString())
                  .isEqualTo("model.safetensors");
              assertThat(file.getAsJsonObject().get("sha256").getAsString())
                  .isEqualTo(Digests.sha256(MODEL.resolve("model.safetensors")));
            });
    assertThat(found.getAsJsonObject("configuration")).isEqualTo(configured());
    assertThat(Files.readString(manifest)).doesNotContain("xyzzy");
    assertThat(found.get("keys_sha256").getAsString()).isEqualTo(hashOfKeys());
  }

  private JsonObject configured() {
    return place.report().getAsJsonObject("configuration");
  }

  private String hashOfKeys() {
    Map<String, Long> rows =
        place
            .spark()
            .read()
            .parquet(place.directory().resolve("work/input/*").toString())
            .select(SnapshotColumns.KEY)
            .collectAsList()
            .stream()
            .collect(groupingBy(row -> row.getString(0), counting()));
    Map<String, List<String>> groups =
        rows.entrySet().stream()
            .map(row -> row.getKey() + " " + row.getValue())
            .collect(groupingBy(line -> line.substring(0, 3)));
    return hash(groups.values().stream().map(lines -> hash(lines.stream())));
  }

  private static String hash(Stream<String> lines) {
    byte[] all = lines.sorted().collect(joining("\n")).getBytes(StandardCharsets.US_ASCII);
    return HexFormat.of().formatHex(Digests.newSha256().digest(all));
  }

  @Test
  void manifest_sameRowsInAnotherOrder_hasTheSameHash() throws IOException {
    List<String> lines = new ArrayList<>(reviews(0, 6));
    place.input(lines).run(LABEL);
    String hash = manifest().get("keys_sha256").getAsString();
    java.util.Collections.reverse(lines);

    place.input(lines).run(LABEL);
    assertThat(manifest().get("keys_sha256").getAsString()).isEqualTo(hash);
    place.input(lines.subList(1, 6)).run(LABEL);
    assertThat(manifest().get("keys_sha256").getAsString()).isNotEqualTo(hash);
  }

  @Test
  void manifest_runThatEndsBeforePublishing_isTheEarlierOne() throws IOException {
    place.input(reviews(0, 3)).run(LABEL);
    String written = Files.readString(manifest);

    assertThatThrownBy(() -> place.run(LABEL, "herd.input.path=nowhere.jsonl"))
        .hasMessageContaining("the input can't be read");

    assertThat(manifest).hasContent(written);
    assertThat(place.report().get("outcome").getAsString()).isEqualTo("user_error");
  }

  @Test
  void manifest_moreFailedRowsThanAllowed_saysSo() throws IOException {
    place
        .input(List.of(reviews(0, 1).get(0), "{\"id\": \"none\"}"))
        .run(COMPLETE, "herd.prompt.template=null", "herd.prompt.column=text");

    assertThat(manifest().get("outcome").getAsString()).isEqualTo("failed_rows");
    assertThat(manifest().getAsJsonObject("rows").get("failed").getAsLong()).isEqualTo(1);
  }
}
