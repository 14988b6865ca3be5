package io.herd.job.page;

import io.herd.job.output.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows the comparison with the gold column. */
final class QualityPart {
  /** With more classes the matrix would be unreadable. */
  private static final int MOST_CLASSES = 20;

  private QualityPart() {}

  static List<Html> of(Quality quality) {
    List<Html> parts = new ArrayList<>();
    parts.add(Html.tag("p", text(quality)));
    List<Quality.OfClass> classes = quality.classes() == null ? List.of() : quality.classes();
    if (!classes.isEmpty()) {
      parts.add(classes(classes));
    }
    if (!classes.isEmpty() && classes.size() <= MOST_CLASSES) {
      parts.add(confusion(classes, quality.confusion()));
    }
    if (quality.reliability() != null && !quality.reliability().isEmpty()) {
      parts.add(Charts.reliability(quality.reliability()));
    }
    return parts;
  }

  private static String text(Quality quality) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Of %,d rows with a right answer, %s have an answer; %s of these are right.",
            quality.rows(),
            Numbers.share(quality.coverage()),
            Numbers.share(quality.accuracy())));
    if (quality.calibrationError() != null) {
      text.append(" Expected calibration error ")
          .append(Numbers.ratio(quality.calibrationError()))
          .append('.');
    }
    if (quality.micro() != null) {
      text.append(" Over all labels precision is ")
          .append(Numbers.ratio(quality.micro().precision()))
          .append(", recall ")
          .append(Numbers.ratio(quality.micro().recall()))
          .append(" and F1 ")
          .append(Numbers.ratio(quality.micro().f1()))
          .append('.');
    }
    return text.toString();
  }

  private static Html classes(List<Quality.OfClass> classes) {
    List<List<Html>> rows =
        classes.stream()
            .map(
                each ->
                    Tables.texts(
                        each.label(),
                        Numbers.ratio(each.precision()),
                        Numbers.ratio(each.recall()),
                        Numbers.ratio(each.f1()),
                        Numbers.count(each.support()),
                        Numbers.count(each.abstained())))
            .toList();
    return Tables.of(
        "Each label",
        List.of("label", "#precision", "#recall", "#F1", "#rows", "#abstained"),
        rows);
  }

  private static Html confusion(
      List<Quality.OfClass> classes, Map<String, Map<String, Long>> confusion) {
    List<String> headings = new ArrayList<>(List.of("right \\ given"));
    classes.forEach(each -> headings.add("#" + each.label()));
    List<List<Html>> rows = new ArrayList<>();
    for (Quality.OfClass right : classes) {
      Map<String, Long> given = confusion.getOrDefault(right.label(), Map.of());
      List<Html> row = new ArrayList<>(Tables.texts(right.label()));
      for (Quality.OfClass answer : classes) {
        long count = given.getOrDefault(answer.label(), 0L);
        double share = (double) count / Math.max(1, right.support());
        row.add(
            Html.tag("span", Numbers.count(count))
                .with("class", "heat")
                .with("style", "--share:" + Numbers.plain(100 * share) + "%"));
      }
      rows.add(row);
    }
    return Tables.of("Right labels (rows) and predicted labels (columns)", headings, rows);
  }
}
