package io.herd.job.report;

import io.herd.job.config.Settings;
import io.herd.job.output.Own;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.TokenIds;
import io.herd.udfs.text.Tokenizer;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** Prints rows of an output one by one: prompt, answer, tokens. */
public final class SampleCards {
  private static final int WIDTH = 1200;

  private SampleCards() {}

  /**
   * Prints the rows.
   *
   * @param rows of the output, with the prompts' token ids
   */
  public static void print(
      PrintStream out, List<Row> rows, Settings settings, ResolvedModel model) {
    for (int i = 0; i < rows.size(); i++) {
      print(out, i + 1, rows.get(i), settings, model.tokenizer());
    }
  }

  private static void print(
      PrintStream out, int number, Row row, Settings settings, Tokenizer tokenizer) {
    out.printf("%n%-9s %s%n", "row " + number, tokens(row));
    if (row.getAs(Own.name("error")) != null) {
      line(out, "error", row.getAs(Own.name("error")));
      return;
    }
    int at = row.fieldIndex(SnapshotColumns.IDS);
    int[] ids = TokenIds.of(row, at);
    line(out, "prompt", cut(tokenizer.decode(ids)));
    boolean thinks = settings.answers().contains(Settings.REASONING);
    if (thinks && row.getAs(Own.name(Settings.REASONING)) != null) {
      line(out, "thought", cut(row.getAs(Own.name(Settings.REASONING))));
    }
    line(out, "answer", answer(row, settings));
    settings
        .goldColumn()
        .ifPresent(gold -> line(out, "gold", String.valueOf(row.<Object>getAs(gold))));
  }

  private static String tokens(Row row) {
    String reason = row.getAs(Own.name("finish_reason")); // each of several completions has its own
    return String.format(
        Locale.ROOT,
        "%s%s; %,d tokens in, %,d out",
        row.getAs(Own.name("status")),
        reason == null ? "" : ", " + reason,
        row.<Integer>getAs(Own.name("prompt_tokens")),
        row.<Integer>getAs(Own.name("completion_tokens")));
  }

  /** Returns a row's answer as text. */
  static String answer(Row row, Settings settings) {
    if (!settings.labelling().on()) {
      return settings.generate().samples() == 1
          ? row.getAs(Own.name("completion"))
          : completions(row);
    }
    Object given =
        settings.labelling().multi()
            ? row.getList(row.fieldIndex(Own.name("labels")))
            : row.<String>getAs(Own.name("label"));
    String scores = scores(row.getJavaMap(row.fieldIndex(Own.name("scores"))));
    return given + "  (" + scores + ")" + categories(row, settings);
  }

  private static String categories(Row row, Settings settings) {
    if (settings.labelling().moderation() == null) {
      return "";
    }
    int at = row.fieldIndex(Own.name("categories"));
    return row.isNullAt(at) ? "" : "  " + String.join(", ", row.<String>getList(at));
  }

  private static String completions(Row row) {
    List<Row> each = row.getList(row.fieldIndex(Own.name("completions")));
    return each.stream()
        .map(one -> one.<String>getAs("completion") + "  (" + one.getAs("finish_reason") + ")")
        .collect(Collectors.joining("\n"));
  }

  private static String scores(Map<String, Double> scores) {
    return scores.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .map(each -> String.format(Locale.ROOT, "%s %.3f", each.getKey(), each.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Returns a text line by line, with the middle of a long text left out. */
  private static String cut(String text) {
    return text.length() <= WIDTH
        ? text
        : text.substring(0, WIDTH / 2) + " [...] " + text.substring(text.length() - WIDTH / 2);
  }

  private static void line(PrintStream out, String name, String text) {
    out.printf("  %-8s%s%n", name, text.replace("\n", "\n" + " ".repeat(10)));
  }
}
