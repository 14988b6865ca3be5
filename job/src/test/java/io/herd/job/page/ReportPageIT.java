package io.herd.job.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.herd.job.report.RunReport;
import io.herd.udfs.results.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report in a real browser; needs Chromium and a Python with Playwright. */
@Tag("real")
class ReportPageIT {
  private static final Path SCREENSHOTS = Path.of("target/report-page");

  @Test
  void report_inChromium_isQuietReadableAndNamed(@TempDir Path directory) throws Exception {
    Path report = directory.resolve("report.html");
    Files.writeString(report, ReportPage.of(Reports.of("<script>alert(1)</script>"), List.of()));

    JsonObject views = opened(report, SCREENSHOTS);

    assertQuietAndReadable(views);
    for (String view : views.keySet()) {
      assertThat(views.getAsJsonObject(view).get("aria").getAsString())
          .contains("heading \"What came out\" [level=2]", "img \"Tokens per second over")
          .contains("img \"Share of right labels by their probability, in 2 bins\"")
          .contains("table \"Right labels (rows) and predicted labels (columns)\"")
          .contains("<script>alert(1)</script>");
    }
    assertThat(views.getAsJsonObject("light").get("background").getAsString())
        .isEqualTo("rgb(255, 255, 255)");
    assertThat(views.getAsJsonObject("dark").get("background").getAsString())
        .isEqualTo("rgb(20, 23, 26)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-row", "one-row", "million-rows"})
  void report_ofFewAndManyRows_isQuietAndReadable(String run, @TempDir Path directory)
      throws Exception {
    Path report = directory.resolve("report.html");
    String json = Files.readString(Path.of("src/test/resources/runs", run + ".json"));
    RunReport made = Result.JSON.fromJson(json, RunReport.class);
    Files.writeString(report, ReportPage.of(made, List.of()));

    assertQuietAndReadable(opened(report, SCREENSHOTS.resolve(run)));
  }

  private static void assertQuietAndReadable(JsonObject views) {
    for (String view : views.keySet()) {
      JsonObject seen = views.getAsJsonObject(view);
      assertThat(seen.getAsJsonArray("said")).as("errors in " + view).isEmpty();
      assertThat(seen.get("scripts").getAsInt()).isZero();
      assertThat(seen.get("unnamed").getAsInt()).as("without a name in " + view).isZero();
      assertThat(seen.get("smallest").getAsDouble()).as("font size in px").isGreaterThan(13);
    }
    assertThat(views.getAsJsonObject("phone").get("width").getAsInt()).isLessThanOrEqualTo(360);
  }

  private static JsonObject opened(Path report, Path screenshots) throws Exception {
    Files.createDirectories(screenshots);
    Path out = report.resolveSibling("out.json");
    Path err = report.resolveSibling("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            environment("HERD_TEST_PLAYWRIGHT"),
            Path.of("src/test/python/report_page.py").toString(),
            environment("HERD_TEST_CHROMIUM"),
            report.toString(),
            screenshots.toString());
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended && process.exitValue() == 0).as(Files.readString(err)).isTrue();
    return new Gson().fromJson(Files.readString(out), JsonObject.class);
  }

  private static String environment(String name) {
    String value = System.getenv(name);
    assertThat(value).as("the environment variable " + name).isNotBlank();
    return value;
  }
}
