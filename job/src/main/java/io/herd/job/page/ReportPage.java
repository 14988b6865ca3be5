package io.herd.job.page;

import io.herd.job.output.Profile;
import io.herd.job.report.Changes;
import io.herd.job.report.RunReport;
import io.herd.job.report.ShownRow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Renders a run's report.html from the content of run.json. */
public final class ReportPage {
  /** Prevents scripts and downloads even if a text got past the escaping. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

  private final RunReport report;
  private final List<ShownRow> shown;
  private final List<Html> body = new ArrayList<>();

  private ReportPage(RunReport report, List<ShownRow> shown) {
    this.report = report;
    this.shown = shown;
  }

  /**
   * Returns the whole file.
   *
   * @param shown rows that were asked for
   */
  public static String of(RunReport report, List<ShownRow> shown) {
    ReportPage page = new ReportPage(report, shown);
    page.fill();
    StringBuilder out = new StringBuilder("<!DOCTYPE html>\n");
    Html.tag("html", head(report), Html.tag("body", Html.tag("main", page.body)))
        .with("lang", "en")
        .write(out);
    return out.append('\n').toString();
  }

  private static Html head(RunReport report) {
    return Html.tag(
        "head",
        Html.tag("meta").with("charset", "utf-8"),
        Html.tag("meta").with("http-equiv", "Content-Security-Policy").with("content", POLICY),
        Html.tag("meta")
            .with("name", "viewport")
            .with("content", "width=device-width, initial-scale=1"),
        Html.tag("meta").with("name", "color-scheme").with("content", "light dark"),
        Html.tag(
            "title", "Herd: " + report.name() + ", " + report.outcome() + ", " + report.started()),
        Html.tag("style", css()));
  }

  private void fill() {
    body.add(Html.tag("h1", report.name() + " " + SummaryPart.outcome(report)));
    part("What was run", RunPart.of(report));
    part("What came out", SummaryPart.of(report));
    List<Changes.Line> changes = Changes.of(report);
    if (!changes.isEmpty()) {
      part("Changes since the previous run", List.of(changes(changes)));
    }
    part("Time by step", List.of(steps()));
    if (!report.throughput().isEmpty()) {
      part("Throughput", List.of(Charts.throughput(report.throughput())));
    }
    profile(report.profile());
    if (report.quality() != null) {
      part("Quality of the answers", QualityPart.of(report.quality()));
    }
    if (!shown.isEmpty()) {
      part("The first rows", List.of(rows()));
    }
    part("Engines", EnginesPart.of(report));
    part("Next steps", List.of(Html.tag("p", SummaryPart.next(report))));
    part("What was asked", List.of(asked()));
    part("Environment", List.of(named("Environment of the driver", report.environment())));
  }

  private Html changes(List<Changes.Line> changes) {
    return Tables.of(
        "The run of this work-dir that began " + report.previous().started(),
        List.of("", "#before", "#now", "#change"),
        changes.stream()
            .map(each -> Tables.texts(each.name(), each.before(), each.now(), each.change()))
            .toList());
  }

  private Html rows() {
    boolean right = shown.stream().anyMatch(row -> !row.right().isEmpty());
    List<List<Html>> lines = new ArrayList<>();
    for (ShownRow row : shown) {
      List<Html> line = new ArrayList<>(List.of(whole(row.prompt()), whole(row.answer())));
      if (right) {
        line.add(whole(row.right()));
      }
      lines.add(line);
    }
    List<String> headings =
        right ? List.of("prompt", "answer", "right") : List.of("prompt", "answer");
    return Tables.of("Prompts and answers (run.report-rows)", headings, lines);
  }

  /** Keeps the line breaks of a text. */
  private static Html whole(String text) {
    return Html.tag("pre", text).with("class", "row");
  }

  private void part(String title, List<Html> inside) {
    List<Html> all = new ArrayList<>(List.of(Html.tag("h2", title)));
    all.addAll(inside);
    body.add(Html.tag("section", all));
  }

  private Html steps() {
    double sum = report.secondsByStep().values().stream().mapToDouble(time -> time).sum();
    List<List<Html>> rows =
        report.secondsByStep().entrySet().stream()
            .map(
                step ->
                    List.of(
                        Html.text(step.getKey()),
                        Html.text(Numbers.seconds(step.getValue())),
                        Html.text(Numbers.share(step.getValue() / Math.max(1e-3, sum))),
                        Charts.bar(step.getValue() / Math.max(1e-3, sum))))
            .toList();
    return Tables.of("Time by step", List.of("step", "#time", "#share", ""), rows);
  }

  private void profile(Profile profile) {
    if (!profile.promptTokens().rows().isEmpty()) {
      List<Html> lengths =
          new ArrayList<>(List.of(Charts.histogram("Prompts", profile.promptTokens())));
      if (report.tokensOut() > 0) {
        lengths.add(Charts.histogram("Completions", profile.completionTokens()));
      }
      part("Lengths in tokens", lengths);
      part(
          "Why completions ended",
          List.of(Tables.bars("Finish reasons", "reason", "completions", profile.finishReasons())));
    }
    if (!profile.labels().isEmpty()) {
      Map<String, Long> labels = new LinkedHashMap<>(profile.labels());
      if (profile.otherLabels() > 0) {
        labels.merge("(not counted one by one)", profile.otherLabels(), Long::sum);
      }
      List<Html> inside =
          new ArrayList<>(List.of(Tables.bars("Rows by label", "label", "rows", labels)));
      if (!profile.probabilities().isEmpty()) {
        inside.add(probabilities(profile.probabilities()));
      }
      part("Labels", inside);
    }
    if (!profile.parsed().isEmpty()) {
      part("Fields of parsed", fields(profile.parsed()));
    }
    if (!profile.failures().isEmpty()) {
      part("Failed rows", List.of(failures(profile.failures())));
    }
  }

  private static Html probabilities(List<Long> rows) {
    Map<String, Long> bins = new LinkedHashMap<>();
    for (int i = rows.size() - 1; i >= 0; i--) {
      bins.put(String.format(Locale.ROOT, "%.1f to %.1f", i / 10.0, (i + 1) / 10.0), rows.get(i));
    }
    return Tables.bars("Rows by the probability of their label", "probability", "rows", bins);
  }

  private static List<Html> fields(List<Profile.Field> fields) {
    List<Html> parts = new ArrayList<>();
    fields.stream()
        .filter(field -> field.values() != null)
        .forEach(
            field ->
                parts.add(
                    Tables.bars("Rows by " + field.name(), field.name(), "rows", field.values())));
    List<List<Html>> texts =
        fields.stream()
            .filter(field -> field.maxLength() != null)
            .map(
                field ->
                    Tables.texts(
                        field.name(),
                        Numbers.count(field.maxLength()),
                        Numbers.count(field.atMaxLength())))
            .toList();
    if (!texts.isEmpty()) {
      parts.add(
          Tables.of(
              "Strings as long as their schema allows, possibly truncated",
              List.of("field", "#maxLength", "#rows at it"),
              texts));
    }
    return parts;
  }

  private static Html failures(List<Profile.Failures> failures) {
    List<List<Html>> rows =
        failures.stream()
            .map(
                each ->
                    Tables.texts(
                        each.reason(),
                        Numbers.count(each.rows()),
                        each.examples().isEmpty()
                            ? "known with herd.input.id-column"
                            : String.join(", ", each.examples())))
            .toList();
    return Tables.of(
        "Failed rows by reason (# stands for a number)",
        List.of("reason", "#rows", "ids of some"),
        rows);
  }

  private Html asked() {
    Map<String, Object> keys = new LinkedHashMap<>();
    flatten("herd", report.configuration(), keys);
    return Html.tag(
        "details",
        Html.tag("summary", "The configuration: " + keys.size() + " keys that are set"),
        named("Configuration with all defaults", keys));
  }

  private static void flatten(String path, Map<?, ?> group, Map<String, Object> out) {
    group.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> inner) {
            flatten(path + "." + name, inner, out);
          } else if (value != null && !value.equals(List.of())) {
            out.put(path + "." + name, value);
          }
        });
  }

  private static Html named(String caption, Map<String, ?> values) {
    List<List<Html>> rows = new ArrayList<>();
    values.forEach((name, value) -> rows.add(Tables.texts(name, value)));
    return Tables.of(caption, List.of("name", "value"), rows);
  }

  private static String css() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
