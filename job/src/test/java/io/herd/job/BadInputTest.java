package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the user can put right ends a run with exit code 2 before anything is generated. */
@ExtendWith(SharedSpark.class)
class BadInputTest {
  private static final String CHAT = "herd.prompt.chat=auto";
  private static final String PATH = "herd.prompt.examples.path=shots.jsonl";
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 3));
  }

  @Test
  void run_noInput_isTheUsers() {
    assertThat(refusal("herd.input.path=nowhere.jsonl"))
        .startsWith("the input can't be read: [PATH_NOT_FOUND]")
        .contains("/nowhere.jsonl")
        .contains("What to do: check herd.input.path, table, sql, format and schema.");
  }

  @Test
  void run_unknownFormat_isTheUsers() {
    assertThat(refusal("herd.input.format=jsn"))
        .startsWith("the input can't be read: ")
        .contains("jsn", "What to do: check herd.input.path");
  }

  @Test
  void run_wrongSql_isTheUsers() {
    assertThat(
            refusal(
                "herd.input.format=null",
                "herd.input.path=null",
                "herd.input.sql=\"SELECT nothing FROM range(3)\""))
        .startsWith("the input can't be read: [UNRESOLVED_COLUMN")
        .contains("nothing");
  }

  @Test
  void run_emptyFile_isTheUsers() {
    place.input(List.of());

    assertThat(refusal()).startsWith("the input has no rows\n");
  }

  @Test
  void run_emptyInput_isTheUsers() {
    place.input(List.of());

    assertThat(refusal("herd.input.schema=\"id STRING, text STRING\""))
        .isEqualTo(
            "the input has no rows\n"
                + "  What to do: check herd.input: its path, or the filter of its query.");
    assertThat(place.directory().resolve("work/input").toFile().list()).isEmpty();
  }

  @Test
  void run_templateOverUnknownColumn_isTheUsers() {
    assertThat(refusal("herd.prompt.template=\"{{ texxt }}\""))
        .isEqualTo(
            "prompt.template names the column `texxt`, which the input doesn't have.\n"
                + "  What to do: Write `text` if that is the one. The input's columns: "
                + "human_label, id, rating, text.");
  }

  @Test
  void run_unknownPromptColumn_isTheUsers() {
    assertThat(refusal("herd.prompt.template=null", "herd.prompt.column=body"))
        .isEqualTo(
            "prompt.column names the column `body`, which the input doesn't have.\n"
                + "  What to do: The input's columns: human_label, id, rating, text.");
  }

  @Test
  void run_templateOverUnknownField_isTheUsers() {
    place.input(List.of("{\"text\": \"a\", \"author\": {\"name\": \"b\"}}"));

    assertThat(refusal("herd.prompt.template=\"{{ text }} by {{ author.nmae }}\""))
        .isEqualTo(
            "prompt.template names the field `author.nmae`, which the input doesn't have.\n"
                + "  What to do: Write `author.name` if that is the one. The fields of `author`:"
                + " name.");
  }

  @Test
  void run_columnWithoutMessages_isTheUsers() {
    assertThat(refusal("herd.prompt.template=null", "herd.prompt.messages-column=text", CHAT))
        .startsWith("prompt.messages-column names the column `text`, which doesn't hold messages.");
  }

  @Test
  void run_examplesThatCantBeUsed_areTheUsers() {
    String[] examples = {
      "herd.prompt.examples.format=json", "herd.prompt.examples.answer={{ label }}", PATH
    };
    assertThat(refusal(examples)).startsWith("the examples can't be read: [PATH_NOT_FOUND]");
    place.file("shots.jsonl", List.of("{\"txt\": \"a\", \"label\": \"b\"}"));
    assertThat(refusal(examples))
        .startsWith("prompt.template names the column `text`, which the example file doesn't have.")
        .contains("Write `txt` if that is the one.");
    place.file("shots.jsonl", List.of("{\"text\": \"a\", \"label\": \"b\"}", "{\"text\": \"a\"}"));
    assertThat(refusal(examples))
        .startsWith("Example 2 can't be used: ")
        .contains("`label` is null");
  }

  @Test
  void run_unknownGoldColumn_isTheUsers() {
    assertThat(refusal("herd.gold-column=gold"))
        .isEqualTo(
            "herd.gold-column = gold: the input has no such column\n"
                + "  What to do: use one of its columns: human_label, id, rating, text.");
  }

  @Test
  void run_unknownIdAndPartitionColumns_areTheUsers() {
    assertThat(refusal("herd.input.id-column=key")).startsWith("herd.input.id-column = key: ");
    assertThat(refusal("herd.output.partition-by=[lang]"))
        .startsWith("herd.output.partition-by = lang: ");
  }

  @Test
  void run_columnOfTheOutput_isTheUsers() {
    place.input(List.of("{\"text\": \"a\", \"label\": \"b\"}"));

    assertThat(refusal())
        .startsWith("the input has a column label, which the output adds\n")
        .contains("What to do: set herd.output.columns.prefix = \"herd_\", a prefix");
  }

  @Test
  void run_columnOfTheOutputInOtherCase_isTheUsers() {
    place.input(List.of("{\"text\": \"a\", \"Status\": \"b\"}"));

    assertThat(refusal()).startsWith("the input has a column Status, which the output adds\n");
  }

  @Test
  void run_columnsThatThePrefixWouldHitToo_areToldAnother() {
    place.input(List.of("{\"text\": \"a\", \"status\": 1, \"herd_label\": 2, \"error\": 3}"));

    assertThat(refusal())
        .startsWith(
            "the input has a column error, which the output adds (of such there are error, status)\n")
        .contains("herd.output.columns.prefix = \"herd__\"");
  }

  @Test
  void run_columnOfHerdsOwnUse_isTheUsers() {
    place.input(List.of("{\"text\": \"a\", \"_herd_own_label\": \"b\"}"));

    assertThat(refusal())
        .startsWith("the input has a column _herd_own_label, a name that is reserved");
  }

  @Test
  void run_columnTwice_isTheUsers() {
    assertThat(
            refusal(
                "herd.input.format=null",
                "herd.input.path=null",
                "herd.input.sql=\"SELECT 'a' AS text, 1 AS n, 2 AS N\""))
        .startsWith("the input has two columns named N\n");
  }

  @Test
  void run_columnWithoutAType_isTheUsers() {
    assertThat(
            refusal(
                "herd.input.format=null",
                "herd.input.path=null",
                "herd.input.sql=\"SELECT 'a' AS text, null AS n\""))
        .startsWith("the input can't be stored as Parquet: ")
        .contains("`n`");
  }

  /** It shows while the query runs, and each time that a scheduler would try it again. */
  @Test
  void run_queryThatDividesByZero_isTheUsers() {
    Throwable thrown =
        catchThrowable(
            () ->
                place.run(
                    LABEL,
                    "herd.input.format=null",
                    "herd.input.path=null",
                    "herd.input.sql=\"SELECT 'a' AS text, 1 DIV (id - 1) AS n FROM range(3)\""));

    assertThat(ExitCode.of(thrown)).isEqualTo(ExitCode.USER);
    assertThat(place.report().get("exit_code").getAsInt()).isEqualTo(2);
    assertThat(place.report().get("error").getAsString())
        .startsWith("a row can't be read or calculated: [DIVIDE_BY_ZERO] Division by zero.")
        .contains("What to do: correct herd.input.sql");
  }

  /** All labels of a row are scored at once behind its prompt. */
  @Test
  void run_moreChoicesThanTheModelHasPositions_isToldWhatCanHelp() {
    String labels =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "\" label " + i + "\"")
            .collect(Collectors.joining(",", "[", "]"));

    assertThat(refusal("herd.choices=" + labels))
        .startsWith("herd.choices leaves no room for a prompt: a row of this model has at most ")
        .contains("What to do: use fewer or shorter labels, or give each row its own few by")
        .doesNotContain("max-length");
    assertThat(refusal("herd.choices=[\" a b c d\", \" e f g h\"]", "herd.engine.max-length=3"))
        .contains(", or raise herd.engine.max-length, to 2048 at most.");
  }

  @Test
  void run_noRoomForAPrompt_isTheUsers() {
    assertThat(
            refusal(
                "herd.choices=[]", "herd.generate.max-new-tokens=20", "herd.engine.max-length=20"))
        .isEqualTo(
            "herd.generate.max-new-tokens = 20 leaves no room for a prompt: a row of this model has"
                + " at most 20 tokens\n"
                + "  What to do: lower max-new-tokens, or raise herd.engine.max-length, to 2048 at most.");
  }

  private String refusal(String... overrides) {
    return refusal(place, overrides);
  }

  /** The message of a run that must be refused, when all that it may leave behind is its report. */
  static String refusal(Workplace place, String... overrides) {
    UserException thrown =
        catchThrowableOfType(UserException.class, () -> place.run(LABEL, overrides));
    assertThat(thrown).as("refused").isNotNull();
    JsonObject report = place.report();
    assertThat(report.get("outcome").getAsString()).isEqualTo("user_error");
    assertThat(report.get("exit_code").getAsInt()).isEqualTo(ExitCode.USER.number()).isEqualTo(2);
    assertThat(report.get("error").getAsString()).isEqualTo(thrown.getMessage());
    assertThat(place.directory().resolve("out")).doesNotExist();
    assertThat(place.directory().resolve("work/results")).doesNotExist();
    assertThat(thrown.getMessage()).contains("\n  What to do: ").hasLineCount(2);
    assertThat(thrown.getMessage().length()).as("one screen").isLessThan(800);
    return thrown.getMessage();
  }
}
