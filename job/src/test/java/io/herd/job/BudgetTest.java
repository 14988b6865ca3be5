package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import io.herd.job.exit.EarlyEnd;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs with a budget of tokens or money. */
@ExtendWith(SharedSpark.class)
class BudgetTest {
  /** Long completions, two at a time, so that executors' heartbeats come in between. */
  private static final String SLOW =
      COMPLETE
          + "herd { generate { max-new-tokens = 96, ignore-eos = true }\n"
          + "engine { slots = 2, max-length = 512 }, run.checkpoint.rows = 4 }\n";

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  @Test
  void planAndRun_estimateAboveTheTokens_refuseBeforeGenerating() {
    place.input(reviews(0, 10));
    String tokens = "herd.run.max-tokens=40";

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> place.plan(COMPLETE, tokens))
        .withMessageContaining("the rows without a result need more than the budget has: ")
        .withMessageContaining(" of 40 tokens: ")
        .withMessageContaining("up to 40 of answers");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> place.run(COMPLETE, tokens))
        .withMessageContaining("herd.run.over-budget = stop");

    assertThat(place.reported("exit_code")).isEqualTo(2);
    assertThat(place.log()).isEmpty();
    assertThat(place.report().getAsJsonObject("budget").get("tokens").getAsLong()).isZero();
  }

  @Test
  void run_estimateAboveTheMoney_isRefused() {
    place.input(reviews(0, 10));

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(
            () ->
                place.run(
                    LABEL,
                    "herd.run.max-cost=0.001",
                    "herd.run.cost-per-million-prompt-tokens=1000000"))
        .withMessageContaining("cost about ")
        .withMessageContaining(" of 0.001");
    assertThat(place.log()).isEmpty();
  }

  /** What the log has costs nothing: six of ten rows are there. */
  @Test
  void run_budgetForTheRestOnly_isEnough() {
    place.input(reviews(0, 6));
    place.run(LABEL, "herd.output.mode=overwrite");
    place.input(reviews(0, 10));
    place.plan(LABEL, "herd.output.mode=overwrite");
    long all = tokens(place.plan(LABEL, "herd.run.work-dir=other").printed());
    long rest = tokens(place.plan(LABEL).printed());
    assertThat(rest).isBetween(1L, all - 1);

    Workplace.Ended ended =
        place.run(LABEL, "herd.output.mode=overwrite", "herd.run.max-tokens=" + rest);

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed())
        .contains(String.format(Locale.ROOT, "budget    %,d of %,d tokens: ", rest, rest))
        .contains(String.format(Locale.ROOT, "  budget    %,d of %,d tokens\n", rest, rest));
    JsonObject budget = place.report().getAsJsonObject("budget");
    assertThat(budget.get("tokens").getAsLong()).isEqualTo(rest);
    assertThat(budget.get("rows_dropped").getAsLong()).isZero();
  }

  private static long tokens(String printed) {
    String count = printed.replaceAll("(?s).* prompts, ([0-9,]+) tokens, the longest.*", "$1");
    return Long.parseLong(count.replace(",", ""));
  }

  @Test
  void run_budgetIsUsedUp_stopsPublishesInPartAndTheNextRunGoesOn() throws Exception {
    place.input(reviews(0, 200));
    String[] budget = {
      "herd.run.max-tokens=300", "herd.run.over-budget=stop", "herd.run.publish-partial=true"
    };

    assertThatExceptionOfType(EarlyEnd.class)
        .isThrownBy(() -> place.run(SLOW, budget))
        .satisfies(end -> assertThat(end.code()).isEqualTo(ExitCode.STOPPED))
        .withMessageContaining("herd.run.max-tokens, 300, was used up before all rows were done");

    JsonObject report = place.report();
    JsonObject used = report.getAsJsonObject("budget");
    long ok = place.output().filter("status = 'ok'").count();
    assertThat(ok).isBetween(1L, 199L);
    assertThat(place.output().filter("status = 'pending'").count()).isEqualTo(200 - ok);
    assertThat(used.get("max_tokens").getAsLong()).isEqualTo(300);
    assertThat(used.get("tokens").getAsLong()).isGreaterThan(300);
    assertThat(Files.readString(place.directory().resolve("work/report.html")))
        .contains("Budget: ", " of 300 tokens, ", " above");
    assertThat(report.get("outcome").getAsString()).isEqualTo("stopped");

    place.run(SLOW, "herd.run.max-tokens=1000000", "herd.output.mode=overwrite");

    assertThat(place.reported("rows_generated")).isEqualTo(200 - ok);
    assertThat(place.reported("rows_reused")).isEqualTo(ok);
    List<String> resumed = rows();
    place.run(SLOW, "herd.run.work-dir=undisturbed", "herd.output.mode=overwrite");
    assertThat(rows()).isEqualTo(resumed);
  }

  private List<String> rows() {
    return place.output().collectAsList().stream().map(Row::json).sorted().toList();
  }
}
