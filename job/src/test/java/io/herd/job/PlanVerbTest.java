package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class PlanVerbTest {
  private static final List<String> ROWS =
      List.of(
          "{\"id\": \"a\", \"text\": \"Fine\"}",
          "{\"id\": \"b\", \"text\": \"Gut, 👍 \\\"<b>\\\" é\"}",
          "{\"id\": \"c\", \"text\": \"Fine\"}",
          "{\"id\": \"d\"}");

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  @Test
  void plan_newInput_countsAndEstimatesAndGeneratesNothing() {
    List<String> lines = new ArrayList<>(reviews(0, 4));
    lines.add(lines.get(0));
    lines.add("{\"id\": \"no-text\"}");
    place.input(lines);

    Workplace.Ended ended = place.plan(LABEL, "herd.run.cost-per-executor-hour=0.5");

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed())
        .matches(
            """
              model     tiny-llama, 2\\.2 M weights, float32
              rows      6, of them 1 without a prompt
              fail      most because: [^\\n]+
              prompts   4 different, 1 rows are duplicates
              done      0 have a result in the work-dir
              to do     4 prompts, \\d+ tokens, the longest \\d+
              prefix    0 tokens are common to all and computed once
              shared    \\d+ tokens are distinct, 0 \\(0\\.0 %\\) are repeated and needn't be computed again
              time      about \\d+ s with 1 engine, if every completion has its full length
              cost      about 0\\.0\\d+ for generating, at 0\\.5 for an executor's hour
              executor  0\\.01 GB of weights, up to \\d\\.\\d\\d GB of cache; one on processors needs
                --conf spark.executor.cores=8 --conf spark.executor.memory=2g --conf spark.executor.memoryOverhead=2g
                        one on a GPU, which should have 1\\.\\d GB of memory or more,
                --conf spark.executor.cores=8 --conf spark.executor.memory=2g --conf spark.executor.memoryOverhead=4g
                --conf spark.executor.resource.gpu.amount=1 --conf spark.task.resource.gpu.amount=0.125
              prompt 1  \\d+ tokens
                \\| <\\|begin_of_text\\|>Review: [^\\n]+
                \\| Sentiment:
              prompt 2  \\d+ tokens
                \\| <\\|begin_of_text\\|>Review: [^\\n]+
                \\| Sentiment:
              prompt 3  \\d+ tokens
                \\| <\\|begin_of_text\\|>Review: [^\\n]+
                \\| Sentiment:
            """);
    assertThat(place.log()).isEmpty();
    assertThat(place.directory().resolve("out")).doesNotExist();
    assertThat(place.directory().resolve("work/run.json")).doesNotExist();
  }

  @Test
  void plan_afterARun_hasNothingToDo() {
    place.input(reviews(0, 3)).run(LABEL);
    int files = place.log().size();

    assertThat(place.plan(LABEL).printed())
        .contains("  done      3 have a result in the work-dir\n")
        .contains("  to do     0 prompts, 0 tokens, the longest 0\n")
        .doesNotContain("  time ");
    assertThat(place.log()).hasSize(files);
  }

  @Test
  void plan_noRows_isTheUsers() {
    place.input(List.of());

    assertThatThrownBy(() -> place.plan(LABEL, "herd.input.schema=\"text STRING\""))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the input has no rows\n  What to do: check herd.input");
  }

  @Test
  void planWithAFile_completions_writesWhatTheRunTokenizes() throws IOException {
    place.input(ROWS);
    Path file = place.directory().resolve("prompts.jsonl");

    Workplace.Ended ended = place.plan(COMPLETE, file, Integer.MAX_VALUE);

    assertThat(ended.printed()).contains("  written   4 prompts into " + file);
    List<JsonObject> written = lines(file);
    assertThat(ids(written)).isEqualTo(idsOfTheRun(COMPLETE)).hasSize(4);
    assertThat(written.get(1).get("prompt").getAsString())
        .startsWith("<|begin_of_text|><|start_header_id|>")
        .contains("Review: Gut, 👍 \"<b>\" é\nSentiment:")
        .endsWith("<|start_header_id|>assistant<|end_header_id|>\n\n")
        .isEqualTo(shown(written.get(1)));
    assertThat(written.get(3).keySet()).containsExactly("id", "error");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void planWithAFile_labelsAndIds_writesTheFirstRows() throws IOException {
    place.input(ROWS);
    Path file = place.directory().resolve("prompts.jsonl");

    place.plan(LABEL, file, 2, "herd.input.id-column=id");

    List<JsonObject> written = lines(file);
    assertThat(written).extracting(line -> line.get("id").getAsString()).containsExactly("a", "b");
    assertThat(ids(written)).isEqualTo(idsOfTheRun(LABEL).subList(0, 2));
    assertThat("<|begin_of_text|>" + written.get(0).get("prompt").getAsString())
        .isEqualTo(shown(written.get(0)));
  }

  @Test
  void planWithAFile_thatIsThereOrCannotBe_isRefusedBeforeAnythingIsRead() throws IOException {
    Path file = place.file("prompts.jsonl", List.of("mine")).directory().resolve("prompts.jsonl");

    assertThatThrownBy(() -> place.plan(LABEL, file, 1))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + " is there already, and prompts overwrite nothing.");
    assertThat(Files.readString(file)).isEqualTo("mine\n");
    assertThatThrownBy(() -> place.plan(LABEL, file.resolveSibling("none/p.jsonl"), 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("there is no folder " + file.resolveSibling("none"));
  }

  private static List<JsonObject> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  private static List<List<Integer>> ids(List<JsonObject> lines) {
    return lines.stream().map(line -> line.get("ids")).map(PlanVerbTest::list).toList();
  }

  private static List<Integer> list(JsonElement ids) {
    return ids == null
        ? List.of()
        : StreamSupport.stream(ids.getAsJsonArray().spliterator(), false)
            .map(JsonElement::getAsInt)
            .toList();
  }

  private static String shown(JsonObject line) {
    try (Tokenizer tokenizer = Tokenizer.load(Workplace.MODEL)) {
      return tokenizer.show(list(line.get("ids")).stream().mapToInt(id -> id).toArray());
    }
  }

  /** The tokens that a run gives the engine, in the order of its rows. */
  private List<List<Integer>> idsOfTheRun(String configuration) {
    place.run(configuration);
    return place
        .spark()
        .read()
        .parquet(place.directory().resolve("work/input/*").toString())
        .orderBy(SnapshotColumns.ROW)
        .select(SnapshotColumns.IDS)
        .collectAsList()
        .stream()
        .map(row -> row.isNullAt(0) ? List.<Integer>of() : row.<Integer>getList(0))
        .map(List::copyOf)
        .toList();
  }
}
