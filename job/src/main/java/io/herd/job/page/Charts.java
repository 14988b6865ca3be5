package io.herd.job.page;

import io.herd.job.output.Profile;
import io.herd.job.output.Quality;
import io.herd.job.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Drawings as inline SVG. They stretch to the page's width, so that all words are outside of them,
 * where they keep their size on a phone.
 */
final class Charts {
  private static final double SIDE = 100; // of every drawing, in its own units
  private static final double GAP = 0.12;

  private Charts() {}

  /** A bar for a number that is printed beside it. */
  static Html bar(double share) {
    return svg(rect(0, 0, SIDE * Math.min(1, share), SIDE))
        .with("class", "bar")
        .with("aria-hidden", "true");
  }

  static Html histogram(String name, Profile.Lengths lengths) {
    long most = lengths.rows().stream().mapToLong(rows -> rows).max().orElse(0);
    int bins = lengths.rows().size();
    List<Html> bars = new ArrayList<>();
    for (int i = 0; i < bins; i++) {
      double height = SIDE * lengths.rows().get(i) / Math.max(1, most);
      String tip = tokens(lengths, i) + ": " + Numbers.count(lengths.rows().get(i)) + " rows";
      bars.add(
          Html.tag("rect", Html.tag("title", tip))
              .with("x", Numbers.plain((i + GAP / 2) * SIDE / bins))
              .with("y", Numbers.plain(SIDE - height))
              .with("width", Numbers.plain((1 - GAP) * SIDE / bins))
              .with("height", Numbers.plain(height)));
    }
    int fullest = lengths.rows().indexOf(most);
    String said =
        name + ": most rows, " + Numbers.count(most) + ", have " + tokens(lengths, fullest);
    return figure(
        name,
        said,
        svg(bars),
        "0",
        Numbers.count((long) bins * lengths.binWidth()) + " tokens",
        said + ".");
  }

  private static String tokens(Profile.Lengths lengths, int bin) {
    int from = bin * lengths.binWidth();
    int to = from + lengths.binWidth() - 1;
    return (from == to ? from : from + " to " + to) + " tokens";
  }

  /** Tokens per second, a step from each point to the next. */
  static Html throughput(List<Progress> points) {
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      rates.add(points.get(i).rateSince(before(points, i)));
    }
    double most = rates.stream().mapToDouble(rate -> rate).max().orElse(0);
    double end = points.get(points.size() - 1).seconds();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < points.size(); i++) {
      String height = Numbers.plain(SIDE - (most == 0 ? 0 : SIDE * rates.get(i) / most));
      for (double at : new double[] {before(points, i).seconds(), points.get(i).seconds()}) {
        line.append(Numbers.plain(SIDE * at / Math.max(1e-3, end))).append(',');
        line.append(height).append(' ');
      }
    }
    String said =
        String.format(
            Locale.ROOT,
            "Tokens per second over %s, prompts and completions, at most %s",
            Numbers.seconds(end),
            Numbers.rate(most));
    return figure(
        "Tokens per second, from 0 to " + Numbers.rate(most),
        said,
        svg(Html.tag("polyline").with("points", line.toString().strip())),
        "0 s",
        Numbers.seconds(end),
        said + ".");
  }

  private static Progress before(List<Progress> points, int at) {
    return at == 0 ? Progress.NONE : points.get(at - 1);
  }

  /** A point for each bin, beside the line on which probabilities are right. */
  static Html reliability(List<Quality.Bin> bins) {
    List<Html> marks = new ArrayList<>();
    marks.add(Html.tag("polyline").with("points", "0,100 100,0").with("class", "ideal"));
    for (Quality.Bin bin : bins) {
      String tip =
          String.format(
              Locale.ROOT,
              "probability %.2f on average, %.2f right, %,d rows",
              bin.probability(),
              bin.accuracy(),
              bin.rows());
      marks.add(
          Html.tag("circle", Html.tag("title", tip))
              .with("cx", Numbers.plain(SIDE * bin.probability()))
              .with("cy", Numbers.plain(SIDE - SIDE * bin.accuracy()))
              .with("r", "1.8"));
    }
    return figure(
            "Calibration",
            "Share of right labels by their probability, in " + bins.size() + " bins",
            svg(marks),
            "probability 0",
            "1",
            "Each dot is a bin of labels: their predicted probability to the right, their share of"
                + " right labels upwards. On the line both are equal.")
        .with("class", "square");
  }

  private static Html figure(
      String name, String said, Html drawing, String from, String to, String note) {
    return Html.tag(
        "figure",
        Html.tag("figcaption", name),
        drawing.with("role", "img").with("aria-label", said),
        Html.tag("div", Html.tag("span", from), Html.tag("span", to)).with("class", "axis"),
        Html.tag("p", note).with("class", "note"));
  }

  private static Html svg(Html inside) {
    return svg(List.of(inside));
  }

  private static Html svg(List<Html> inside) {
    return Html.tag("svg", inside)
        .with("viewBox", "0 0 100 100")
        .with("preserveAspectRatio", "none");
  }

  private static Html rect(double x, double y, double width, double height) {
    return Html.tag("rect")
        .with("x", Numbers.plain(x))
        .with("y", Numbers.plain(y))
        .with("width", Numbers.plain(width))
        .with("height", Numbers.plain(height));
  }
}
