package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.config.Settings;
import io.herd.job.input.PreparedRows;
import io.herd.job.input.Source;
import io.herd.job.plan.Plan;
import io.herd.job.plan.Work;
import io.herd.job.progress.ModelLines;
import io.herd.job.resolve.ResolvedModel;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tokens that {@code plan} and {@code sample} estimate time by are those that a run computes.
 */
@ExtendWith(SharedSpark.class)
class EstimateTest {
  private static final int ROWS = 12;

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, ROWS));
  }

  private Work planned(String configuration, String... overrides) {
    place.workDir().prepare();
    Settings settings = place.settings(configuration, overrides);
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    ResolvedModel model = ResolvedModel.of(place.spark(), settings, new ModelLines(nowhere));
    Plan plan =
        Plan.of(
            place.spark(),
            PreparedRows.of(Source.open(place.spark(), settings), settings, model),
            place.workDir().results());
    return Work.of(plan, settings, model);
  }

  /** What all prompts begin with is computed once, and all else once for each. */
  private void assertPrompts(Work work) {
    long shared = place.reported("tokens_in") - work.prompts();
    assertThat(shared).isNotNegative();
    assertThat(shared % (ROWS - 1)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void work_textsAtTheirFullLength_areTheTokensThatARunComputes(int samples) {
    String[] full = {
      "herd.generate.ignore-eos=true",
      "herd.generate.max-new-tokens=6",
      "herd.generate.temperature=1",
      "herd.generate.samples=" + samples
    };
    Work work = planned(COMPLETE, full);
    place.run(COMPLETE, full);

    assertThat(work.answers())
        .isEqualTo(place.reported("tokens_out"))
        .isEqualTo(6L * samples * ROWS);
    assertPrompts(work);
  }

  @Test
  void work_labelsOfOneToken_areThePrompts() {
    Work work = planned(LABEL);
    place.run(LABEL);

    assertThat(work.answers()).isEqualTo(place.reported("tokens_out")).isZero();
    assertPrompts(work);
  }

  @Test
  void work_questionsAboutEachLabel_areScoredAfterEveryPrompt() {
    String[] questions = {
      "herd.labelling.multi=true",
      "herd.labelling.question=\nIs it {{ label }}?",
      "herd.labelling.yes= yes",
      "herd.labelling.no= no"
    };

    assertThat(planned(LABEL, questions).prompts() - planned(LABEL).prompts())
        .isGreaterThan(4L * 4 * ROWS); // two labels, each with yes and with no
  }
}
