package io.herd.job.page;

import io.herd.job.report.RunReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Shows configuration, input, output, model and prompt, for readers without the configuration file.
 */
final class RunPart {
  private static final int WIDTH = 600;

  private final RunReport report;
  private final List<List<Html>> rows = new ArrayList<>();

  private RunPart(RunReport report) {
    this.report = report;
  }

  static List<Html> of(RunReport report) {
    RunPart part = new RunPart(report);
    part.fill();
    return List.of(Tables.of("What was run", List.of("", ""), part.rows));
  }

  private void fill() {
    row("configuration", report.name());
    row("input", first("input.path", "input.table", "input.sql"));
    row("output", output());
    row("model", model());
    row("prompt", first("prompt.template", "prompt.column", "prompt.messages-column"));
    row("messages", messages());
    row("labels", labels());
    row("labels of", first("choices-column"));
    row("format", first("format.regex", "format.choice", "format.json-schema"));
    row("right answers", first("gold-column"));
  }

  private void row(String name, String value) {
    if (value != null && !value.isEmpty()) {
      rows.add(Tables.texts(name, cut(value)));
    }
  }

  private static String cut(String text) {
    return text.length() <= WIDTH ? text : text.substring(0, WIDTH) + " …";
  }

  private String output() {
    String target = first("output.path", "output.table");
    return target == null
        ? null
        : Stream.of(target, first("output.format"), first("output.mode"))
            .filter(Objects::nonNull)
            .reduce((all, each) -> all + ", " + each)
            .orElse(target);
  }

  private String model() {
    RunReport.Model model = report.model();
    return model == null
        ? first("model.id", "model.path")
        : String.format(
            Locale.ROOT,
            "%s (%s), %s%s",
            model.id(),
            model.commit(),
            model.parameters() == 0
                ? ""
                : String.format(Locale.ROOT, "%.1f M weights, ", model.parameters() / 1e6),
            model.dtype());
  }

  private String messages() {
    return value("prompt.messages") instanceof List<?> messages
        ? String.join(
            " / ",
            messages.stream()
                .map(each -> text(each, "role") + ": " + text(each, "content"))
                .toList())
        : null;
  }

  private String labels() {
    return value("choices") instanceof List<?> choices
        ? String.join(", ", choices.stream().map(each -> text(each, "value").strip()).toList())
        : null;
  }

  /** Returns a group's member; a value that isn't a group is returned itself. */
  private static String text(Object value, String member) {
    return String.valueOf(value instanceof Map<?, ?> group ? group.get(member) : value);
  }

  /** Returns the first of these keys that is set, as text. */
  private String first(String... keys) {
    return Stream.of(keys)
        .map(this::value)
        .filter(value -> value != null && !value.equals(List.of()))
        .map(String::valueOf)
        .findFirst()
        .orElse(null);
  }

  private Object value(String key) {
    Object at = report.configuration();
    for (String word : key.split("\\.", -1)) {
      at = at instanceof Map<?, ?> group ? group.get(word) : null;
    }
    return at;
  }
}
