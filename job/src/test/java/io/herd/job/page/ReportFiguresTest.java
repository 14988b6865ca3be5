package io.herd.job.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.report.RunReport;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.results.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page says is what run.json says: of no, one, a thousand and a million rows. */
class ReportFiguresTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");

  @Test
  void page_wholeReport_showsTheFiguresOfItsRunJson() throws Exception {
    compare(Reports.of("x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-row", "one-row", "million-rows"})
  void page_rows_showsTheFiguresOfItsRunJson(String name) throws Exception {
    String json = Files.readString(RUNS.resolve(name + ".json"));
    compare(Result.JSON.fromJson(json, RunReport.class));
  }

  @Test
  void page_figureThatRunJsonHasNot_isFound() {
    String page = ReportPage.of(Reports.of("x"), List.of());

    for (String right : List.of(">9,900<", ">59.6 %<", "0.0421", "100.00,", "at most 380")) {
      assertThat(page).contains(right);
      String wrong = page.replaceFirst(right, right.replace('0', '1').replace('9', '8'));
      assertThatThrownBy(() -> Figures.compare(wrong, json(Reports.of("x"))))
          .as(right)
          .isInstanceOf(AssertionError.class);
    }
  }

  private static void compare(RunReport report) throws Exception {
    Figures.compare(ReportPage.of(report, List.of()), json(report));
  }

  private static JsonObject json(RunReport report) {
    return JsonParser.parseString(WorkDir.json(report)).getAsJsonObject();
  }
}
