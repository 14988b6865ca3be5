package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.exit.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs where {@code String.format} writes Persian digits unless it is given a locale. */
@ExtendWith(SharedSpark.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocaleTest {
  private final Locale before = Locale.getDefault();

  @BeforeEach
  void speakPersian() {
    Locale.setDefault(Locale.forLanguageTag("fa-IR"));
    assertThat(String.format(Locale.getDefault(), "%d", 1))
        .as("the JDK's Persian digits")
        .isEqualTo("\u06f1");
  }

  @AfterEach
  void speakAsBefore() {
    Locale.setDefault(before);
  }

  @Test
  void run_underALocaleWithOtherDigits_writesAndFindsItsFilesAgain(
      SparkSession spark, @TempDir Path directory) throws IOException {
    Workplace place = new Workplace(spark, directory).input(reviews(0, 6));
    Workplace.Ended first = place.run(LABEL, "herd.run.checkpoint.rows=2");

    Workplace.Ended second = place.run(LABEL, "herd.output.mode=overwrite");

    assertThat(List.of(first.code(), second.code())).containsOnly(ExitCode.DONE);
    assertThat(place.reported("rows_reused")).isEqualTo(6);
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(first.printed() + second.printed()).matches(LocaleTest::hasOnlyLatinDigits);
    for (String folder : List.of("work/results", "work/lease")) { // Spark's own take the locale's
      try (Stream<Path> files = Files.walk(directory.resolve(folder))) {
        assertThat(files.map(Path::toString)).allMatch(LocaleTest::hasOnlyLatinDigits);
      }
    }
  }

  @Test
  void verbs_underALocaleWithOtherDigits_printLatinOnes(
      SparkSession spark, @TempDir Path directory) {
    Workplace place = new Workplace(spark, directory).input(reviews(0, 6));

    String printed =
        place.check(LABEL).printed()
            + place.plan(LABEL).printed()
            + place.sample(2, LABEL).printed();

    assertThat(printed).matches(LocaleTest::hasOnlyLatinDigits);
  }

  private static boolean hasOnlyLatinDigits(String text) {
    return text.codePoints().filter(Character::isDigit).allMatch(digit -> digit < 128);
  }
}
