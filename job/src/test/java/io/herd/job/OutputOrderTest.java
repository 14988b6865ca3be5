package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Outputs in the input's order, and in few files. */
@ExtendWith(SharedSpark.class)
class OutputOrderTest {
  private static final String ORDER = "herd.output.order=input";
  private static final String ONE = "herd.output.files=1";
  private static final String JSON = "herd.output.format=json";
  private static final String APPEND = "herd.output.mode=append";
  private static final String FILES = "herd.input.path=in";
  private static final String SPLITS = "spark.sql.files.maxPartitionBytes";
  private static final String OPENING = "spark.sql.files.openCostInBytes";
  private static final String SHUFFLES = "spark.sql.shuffle.partitions";

  /** Of the input, file by file. */
  private final List<String> ids = new ArrayList<>();

  private SparkSession spark;
  private String shuffles;
  private Workplace place;

  /** Spark reads b, c and a: large files before small ones, and b in several tasks. */
  @BeforeEach
  void makePlace(SparkSession one, @TempDir Path directory) throws IOException {
    spark = one;
    spark.conf().set(SPLITS, "1500");
    spark.conf().set(OPENING, "0");
    shuffles = spark.conf().get(SHUFFLES);
    spark.conf().set(SHUFFLES, "3");
    place = new Workplace(spark, directory);
    Files.createDirectory(directory.resolve("in"));
    file("a", 0, 1);
    file("b", 1, 12);
    file("c", 12, 15);
  }

  @AfterEach
  void unset() {
    List.of(SPLITS, OPENING).forEach(spark.conf()::unset);
    spark.conf().set(SHUFFLES, shuffles);
  }

  private void file(String name, int from, int to) {
    List<String> lines = reviews(from, to);
    place.file("in/" + name + ".jsonl", lines);
    lines.forEach(line -> ids.add(id(line)));
  }

  private static String id(String line) {
    return JsonParser.parseString(line).getAsJsonObject().get("id").getAsString();
  }

  /** Of the output, file by file. */
  private List<String> written() throws IOException {
    List<String> written = new ArrayList<>();
    for (Path part : parts()) {
      Files.readAllLines(part).forEach(line -> written.add(id(line)));
    }
    return written;
  }

  private List<Path> parts() throws IOException {
    try (Stream<Path> files = Files.list(place.directory().resolve("out"))) {
      return files.filter(each -> each.toString().endsWith(".json")).sorted().toList();
    }
  }

  @Test
  void run_inOrderAndOneFile_hasTheInputsFilesOneAfterTheOther() throws IOException {
    assertThat(place.run(LABEL, FILES, JSON, ORDER, ONE).code()).isEqualTo(ExitCode.DONE);

    assertThat(parts()).hasSize(1);
    assertThat(written()).isEqualTo(ids);
    assertThat(Files.readString(parts().get(0))).doesNotContain("_herd");
  }

  @Test
  void run_inOrderAndManyFiles_hasItInTheOrderOfTheirNames() throws IOException {
    place.run(LABEL, FILES, JSON, ORDER);

    assertThat(parts()).hasSizeBetween(2, 3);
    assertThat(written()).isEqualTo(ids);
  }

  @Test
  void run_inOrderWithRowsThatFail_hasThemAtTheirPlaces() throws IOException {
    Workplace.Ended ended =
        place.run(
            LABEL,
            FILES,
            JSON,
            ORDER,
            "herd.output.files=2",
            "herd.prompt.template=\"{{ text[:1] * (5000 if id == 'product-29_1' else 1) }}\"",
            "herd.run.max-failed-fraction=1");

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_failed")).isEqualTo(1);
    assertThat(written()).isEqualTo(ids);
    assertThat(parts()).hasSizeBetween(1, 2);
  }

  @Test
  void run_appendedAndDiedBeforeItSaidSo_leavesOneFileForEachRun() throws IOException {
    place.run(LABEL, FILES, JSON, ORDER, ONE, APPEND);
    List<Path> first = parts();
    place.forgetPublishing();

    place.run(LABEL, FILES, JSON, ORDER, ONE, APPEND);

    assertThat(parts()).isEqualTo(first).hasSize(1);
    assertThat(written()).isEqualTo(ids);
    file("d", 15, 17);
    place.run(LABEL, FILES, JSON, ORDER, ONE, APPEND);
    List<String> twice = new ArrayList<>(ids.subList(0, 15));
    twice.addAll(ids);
    assertThat(parts()).hasSize(2);
    assertThat(written()).isEqualTo(twice);
  }

  @Test
  void run_askedForOrderLater_takesItFromANewSnapshotAndGeneratesNothing() throws IOException {
    place.run(LABEL, FILES, JSON, ONE);
    assertThat(parts()).hasSize(1);
    assertThat(written()).containsExactlyInAnyOrderElementsOf(ids);

    place.run(LABEL, FILES, JSON, ORDER, ONE);

    assertThat(place.reported("rows_generated")).isZero();
    assertThat(written()).isEqualTo(ids);
  }

  @Test
  void run_query_hasItsOwnOrder() throws IOException {
    String from = "FROM json.`" + place.directory() + "/in`";
    String[] query = {"herd.input.path=null", "herd.input.format=null", JSON, ORDER, ONE};

    place.run(LABEL + sql("SELECT * " + from + " ORDER BY id DESC"), query);

    assertThat(written()).isEqualTo(ids.stream().sorted((a, b) -> b.compareTo(a)).toList());
    assertThatThrownBy(() -> place.run(LABEL + sql("SELECT * " + from), query))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "herd.output.order = input: the rows of herd.input.sql have no order");
  }

  private static String sql(String query) {
    return "herd.input.sql = \"" + query + "\"\n";
  }

  @ParameterizedTest
  @CsvSource({
    "herd.output.partition-by=[human_label], partition-by puts consecutive rows into different directories",
    "herd.output.format=delta, a table of the format delta has no order"
  })
  void run_whereNoOrderCanBe_isRefused(String setting, String reason) {
    assertThatThrownBy(() -> place.run(LABEL, FILES, ORDER, setting))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(reason);
    assertThat(place.directory().resolve("work/results")).doesNotExist();
  }

  @Test
  void run_tableInOrder_isRefused() {
    String[] table = {"herd.output.path=null", "herd.output.table=t", ORDER, ONE};
    assertThatThrownBy(() -> place.run(LABEL, table))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.output.order: does nothing with herd.output.table")
        .hasMessageContaining("herd.output.files: does nothing with herd.output.table");
    assertThatThrownBy(
            () ->
                place.run(
                    LABEL,
                    "herd.input.path=null",
                    "herd.input.format=null",
                    "herd.input.table=t",
                    ORDER))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.output.order: does nothing with herd.input.table");
  }
}
