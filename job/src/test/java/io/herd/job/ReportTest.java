package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.herd.job.exit.ExitCode;
import io.herd.job.page.Figures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves for its reader. */
@ExtendWith(SharedSpark.class)
class ReportTest {
  @Test
  void run_withFailedRows_tellsThemByReasonAndId(SparkSession spark, @TempDir Path directory)
      throws Exception {
    List<String> lines = new ArrayList<>(Workplace.reviews(0, 8));
    lines.add("{\"id\": \"<script>bad</script>\", \"text\": null}");
    Workplace place = new Workplace(spark, directory).input(lines);

    Workplace.Ended ended =
        place.run(
            Workplace.LABEL,
            "herd.input.id-column=id",
            "herd.gold-column=human_label",
            "herd.run.cost-per-executor-hour=3600");

    assertThat(ended.code()).isEqualTo(ExitCode.FAILED_ROWS);
    JsonObject profile = place.report().getAsJsonObject("profile");
    assertThat(profile.getAsJsonObject("finish_reasons").get("choice").getAsLong()).isEqualTo(8);
    long labels =
        profile.getAsJsonObject("labels").entrySet().stream()
            .mapToLong(label -> label.getValue().getAsLong())
            .sum();
    assertThat(labels).isEqualTo(8);
    JsonObject failures = profile.getAsJsonArray("failures").get(0).getAsJsonObject();
    assertThat(failures.get("rows").getAsLong()).isEqualTo(1);
    assertThat(failures.getAsJsonArray("examples").get(0).getAsString())
        .isEqualTo("<script>bad</script>");
    assertThat(place.report().get("cost").getAsDouble())
        .isCloseTo(place.report().get("seconds").getAsDouble(), within(1e-9));
    Path page = directory.resolve("work/report.html");
    Figures.compare(Files.readString(page), place.report());
    assertThat(Files.readString(page))
        .contains("&lt;script&gt;bad&lt;/script&gt;", "Quality of the answers", "Throughput")
        .doesNotContain("<script")
        .doesNotContain(text(lines.get(0)));
    assertThat(Files.getPosixFilePermissions(page))
        .isEqualTo(Files.getPosixFilePermissions(directory.resolve("work/run.json")));
    assertThat(ended.printed()).contains("work/report.html and run.json");
    assertThat(place.report().get("cost_per_thousand").getAsDouble())
        .isCloseTo(place.report().get("cost").getAsDouble() * 1000 / 8, within(1e-9));
    assertThat(ended.printed()).contains(" for 1,000 rows that were generated");
    assertThat(place.report().get("name").getAsString()).isEqualTo("run");
  }

  @Test
  void run_reportRows_areInThePageAlone(SparkSession spark, @TempDir Path directory)
      throws Exception {
    List<String> lines = Workplace.reviews(0, 4);
    Workplace place = new Workplace(spark, directory).input(lines);

    place.run(Workplace.LABEL, "herd.run.report-rows=2", "herd.gold-column=human_label");

    String page = Files.readString(directory.resolve("work/report.html"));
    assertThat(page)
        .contains("Review: " + text(lines.get(0)), "Review: " + text(lines.get(1)), "Sentiment:")
        .doesNotContain(text(lines.get(2)));
    assertThat(Files.readString(directory.resolve("work/run.json")))
        .doesNotContain(text(lines.get(0)));
  }

  private static String text(String line) {
    return new com.google.gson.Gson().fromJson(line, JsonObject.class).get("text").getAsString();
  }
}
