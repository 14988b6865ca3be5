package io.herd.job.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.progress.Progress;
import io.herd.job.report.ShownRow;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  private static final String HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=y>";

  @Test
  void of_wholeReport_showsEveryPart() {
    String page = ReportPage.of(Reports.of("x"), List.of());

    assertThat(page)
        .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
        .contains("<h1>reviews x found more failed rows than were accepted</h1>")
        .contains("<title>Herd: reviews x, failed_rows, 2026-11-22T03:00:00Z</title>")
        .contains(">configuration</th><td>reviews x</td>", ">prompt</th><td>P x</td>")
        .contains(">model</th><td>tiny x (main), 2.2 M weights, float32</td>")
        .contains("<dt>rows a second</dt><dd>7.6</dd>")
        .contains("<dt>cost of 1,000 rows</dt><dd>0.0421</dd>")
        .containsOnlyOnce("<p>host was given the GPU 0 and runs on the processor, as")
        .contains("<dt>rows in</dt><dd>1,000</dd>", "<dt>cost</dt><dd>0.04</dd>")
        .contains(">generate</th><td class=\"number\">2 min 05 s</td>")
        .contains("Tokens per second over 2 min 05 s, prompts and completions, at most 380")
        .contains("Prompts: most rows, 600, have 8 to 11 tokens")
        .contains(">stop</th><td class=\"number\">900</td><td class=\"number\">90.9 %</td>")
        .contains(">0.9 to 1.0</th><td class=\"number\">590</td><td class=\"number\">59.6 %</td>")
        .contains("Rows by stars", ">value x</th><td class=\"number\">990</td>")
        .contains(">quote x</th><td class=\"number\">40</td><td class=\"number\">12</td>")
        .contains(">label x</th><td class=\"number\">290</td>")
        .contains(">reason x</th><td class=\"number\">10</td><td>id x, r2</td>")
        .contains("Expected calibration error 0.07.", "--share:25.64%")
        .contains("Changes since the previous run", "that began 2026-11-21T03:00:00Z x")
        .contains(
            ">accuracy</th><td class=\"number\">75.0 %</td><td class=\"number\">80.0 %</td>"
                + "<td class=\"number\">+5.0 %</td>")
        .contains("2 executors for 2 min 11 s cost 0.04")
        .contains(
            "<p>Budget: 50,312 of 50,000 tokens, 312 above; cost 0.04 of 0.05; 8 rows in progress")
        .contains("with the work-dir work/x: rows that have a result there")
        .contains(">herd.prompt.template</th><td>P x</td>", ">spark</th><td>4.0.1</td>");
  }

  @Test
  void throughput_onePoint_isALineOverTheWholeTime() {
    StringBuilder out = new StringBuilder();
    Charts.throughput(List.of(new Progress(2, 10, 0, 300, 100, 400))).write(out);

    assertThat(out).contains("points=\"0.00,0.00 100.00,0.00\"", "from 0 to 200");
  }

  @Test
  void of_hostileData_isTextAndNothingElse() {
    String page = ReportPage.of(Reports.of(HOSTILE), List.of());

    String tag =
        "<(!DOCTYPE html|/?[a-z][a-z0-9]*( [a-zA-Z-]+=\"[^\"<>]*\")*|/[a-z0-9]+)>"; // well formed
    String rest = Pattern.compile(tag).matcher(page).replaceAll("");
    assertThat(rest).doesNotContain("<", ">");
    assertThat(page)
        .doesNotContain("<script", "<img")
        .contains(
            "label &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img src=x"
                + " onerror=y&gt;");
    assertThat(page).contains("content=\"default-src &#39;none&#39;; style-src");
  }

  @Test
  void of_rowsOnRequest_haveTheirPromptsWithLines() {
    String page =
        ReportPage.of(
            Reports.of("x"),
            List.of(
                new ShownRow("Review: <b>\nSentiment:", "good", "bad"),
                new ShownRow("", "`text` is null", "good")));

    assertThat(page)
        .contains("<pre class=\"row\">Review: &lt;b&gt;\nSentiment:</pre>", ">bad</pre>")
        .contains("`text` is null");
    assertThat(ReportPage.of(Reports.of("x"), List.of())).doesNotContain("The first rows");
  }

  @Test
  void of_css_hasNoCharacterThatWouldBeEscaped() {
    String page = ReportPage.of(Reports.of("x"), List.of());

    String css = page.substring(page.indexOf("<style>"), page.indexOf("</style>"));
    assertThat(css).contains("prefers-color-scheme: dark").doesNotContain("&");
  }
}
