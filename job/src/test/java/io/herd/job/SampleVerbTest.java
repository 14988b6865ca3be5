package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.exit.ExitCode;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class SampleVerbTest {
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 50));
  }

  private static String withoutTimes(String printed) {
    String live = "(?m)^ +[\\d,]+ of [\\d,]+ rows, .*\n"; // more than one on a slow machine
    return printed.replaceAll(live, "").replaceAll("\ntime .*\n", "\n");
  }

  @Test
  void sample_labels_showsPromptAnswerAndCost() {
    Workplace.Ended ended = place.sample(3, LABEL, "herd.gold-column=human_label");

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed())
        .containsPattern("row 3 +ok, choice; \\d+ tokens in, 0 out\n")
        .containsPattern("  prompt  Review: .*\n {10}Sentiment:\n")
        .containsPattern(
            "  answer  (positive|negative)  \\((positive|negative) 0\\.\\d{3}, \\w+ 0\\.\\d{3}\\)\n")
        .containsPattern("  gold    (positive|negative)\n")
        .containsPattern("\nrows      3; a prompt has \\d+ tokens on average, \\d+ at most\n")
        .containsPattern(
            "\ntime      for 1,000 such rows about \\d+ (s|min) with 1 engine, if every completion");
    assertThat(ended.printed()).doesNotContain("row 4 ");
  }

  @Test
  void sample_again_showsTheSameRowsAndLeavesNothing() {
    String first = withoutTimes(place.sample(4, LABEL).printed());
    assertThat(withoutTimes(place.sample(4, LABEL).printed())).isEqualTo(first);
    assertThat(withoutTimes(place.sample(4, LABEL, "herd.generate.seed=7").printed()))
        .isNotEqualTo(first);
    assertThat(place.directory().resolve("out")).doesNotExist();
    assertThat(place.directory().resolve("work").toFile().list()).isEmpty();
  }

  @Test
  void sample_besideARun_touchesNoneOfIt() {
    place.run(LABEL);
    int files = place.log().size();

    place.sample(5, LABEL);

    assertThat(place.log()).hasSize(files);
    place.run(LABEL);
    assertThat(place.reported("rows_generated")).isZero();
  }

  @Test
  void sample_completions_areShown() {
    assertThat(place.sample(2, COMPLETE, "herd.generate.ignore-eos=true").printed())
        .containsPattern("row 1 +ok, length; \\d+ tokens in, 4 out\n")
        .containsPattern("  answer  \\S");
  }

  @Test
  void sample_severalCompletions_areAllShown() {
    String printed =
        place
            .sample(
                1,
                COMPLETE,
                "herd.generate.samples=2",
                "herd.generate.temperature=0.8",
                "herd.generate.ignore-eos=true")
            .printed();
    assertThat(printed)
        .containsPattern("row 1 +ok; \\d+ tokens in, 8 out\n")
        .containsPattern("  answer  \\S.*  \\(length\\)\n {10}\\S.*  \\(length\\)\n");
  }
}
