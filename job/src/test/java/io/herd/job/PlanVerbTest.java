package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class PlanVerbTest {
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
              prompts   4 different, 1 rows are duplicates
              done      0 have a result in the work-dir
              to do     4 prompts, \\d+ tokens, the longest \\d+
              prefix    0 tokens are common to all and computed once
              time      about \\d+ s with 1 engine, if every completion has its full length
              cost      about 0\\.\\d\\d for generating, at 0\\.5 for an executor's hour
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
}
