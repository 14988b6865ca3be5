package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Rows that say themselves how long their completions may be. */
@ExtendWith(SharedSpark.class)
class NewTokensTest {
  private static final String[] OWN = {
    "herd.generate.max-new-tokens=6",
    "herd.generate.ignore-eos=true",
    "herd.generate.max-new-tokens-column=budget"
  };

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place =
        new Workplace(spark, directory)
            .input(
                List.of(
                    "{\"id\": \"one\", \"text\": \"great\", \"budget\": 1}",
                    "{\"id\": \"three\", \"text\": \"great\", \"budget\": 3}",
                    "{\"id\": \"all\", \"text\": \"great\", \"budget\": null}",
                    "{\"id\": \"most\", \"text\": \"great\", \"budget\": 6}",
                    "{\"id\": \"more\", \"text\": \"great\", \"budget\": 7}",
                    "{\"id\": \"none\", \"text\": \"great\", \"budget\": 0}"));
  }

  @Test
  void run_rowsOwnNewTokens_endThere() {
    assertThat(place.run(Workplace.COMPLETE, OWN).code()).isEqualTo(ExitCode.FAILED_ROWS);

    assertThat(place.row("one").<Integer>getAs("completion_tokens")).isEqualTo(1);
    assertThat(place.row("three").<Integer>getAs("completion_tokens")).isEqualTo(3);
    assertThat(place.row("all").<Integer>getAs("completion_tokens")).isEqualTo(6);
    assertThat(place.row("all").<String>getAs("completion"))
        .startsWith(place.row("three").<String>getAs("completion"))
        .isEqualTo(place.row("most").getAs("completion"));
    assertThat(place.reported("rows_generated")).as("two ask for the same").isEqualTo(3);
    assertThat(place.row("more").<String>getAs("error"))
        .isEqualTo(
            "the column `budget` is 7, and must be from 1 to herd.generate.max-new-tokens = 6");
    assertThat(place.row("none").<String>getAs("error")).contains("`budget` is 0");
  }

  @Test
  void run_withoutTheColumnAfterwards_generatesNothingThatIsThere() {
    place.run(Workplace.COMPLETE, OWN);

    place.run(
        Workplace.COMPLETE, "herd.generate.max-new-tokens=6", "herd.generate.ignore-eos=true");

    assertThat(place.reported("rows_generated")).isZero();
    assertThat(place.row("one").<Integer>getAs("completion_tokens")).isEqualTo(6);
  }

  @Test
  void run_formatThatNeedsMore_failsTheRow() {
    place.run(
        Workplace.COMPLETE,
        "herd.generate.max-new-tokens=6",
        "herd.generate.max-new-tokens-column=budget",
        "herd.format.regex=[a-z] [0-9]");

    assertThat(place.row("all").<String>getAs("completion")).matches("[a-z] [0-9]");
    assertThat(place.row("one").<String>getAs("error"))
        .matches("the shortest text of the format has [2-9] tokens, and the row may have 1");
  }

  @Test
  void run_columnThatIsNoWholeNumber_isTheUsers() {
    assertThatThrownBy(
            () -> place.run(Workplace.COMPLETE, "herd.generate.max-new-tokens-column=text"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "herd.generate.max-new-tokens-column = text: is STRING\n"
                + "  What to do: make it a whole number, for example with CAST(... AS INT) in"
                + " herd.input.sql.");
  }
}
