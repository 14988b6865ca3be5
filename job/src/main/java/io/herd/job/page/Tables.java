package io.herd.job.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Renders tables, with and without bars. */
final class Tables {
  private static final int MOST_BARS = 30;

  private Tables() {}

  /** Renders a table; a column is numeric if its heading begins with #. */
  static Html of(String caption, List<String> headings, List<List<Html>> rows) {
    List<Html> lines = new ArrayList<>();
    lines.add(Html.tag("caption", caption));
    lines.add(
        Html.tag(
            "thead",
            Html.tag(
                "tr",
                headings.stream()
                    .map(each -> cell("th", each, Html.text(name(each))).with("scope", "col"))
                    .toList())));
    lines.add(Html.tag("tbody", rows.stream().map(row -> line(headings, row)).toList()));
    return Html.tag("div", Html.tag("table", lines))
        .with("class", "wide")
        .with("role", "region")
        .with("tabindex", 0)
        .with("aria-label", caption);
  }

  private static Html line(List<String> headings, List<Html> row) {
    List<Html> cells = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      cells.add(
          i == 0
              ? cell("th", headings.get(i), row.get(i)).with("scope", "row")
              : cell("td", headings.get(i), row.get(i)));
    }
    return Html.tag("tr", cells);
  }

  private static Html cell(String tag, String heading, Html inside) {
    Html cell = Html.tag(tag, inside);
    return heading.startsWith("#") ? cell.with("class", "number") : cell;
  }

  private static String name(String heading) {
    return heading.startsWith("#") ? heading.substring(1) : heading;
  }

  static List<Html> texts(Object... values) {
    return Arrays.stream(values).map(Html::text).toList();
  }

  /** Renders a bar for each number's share of the total; the rest is summed up. */
  static Html bars(String caption, String what, String number, Map<String, Long> values) {
    long sum = values.values().stream().mapToLong(value -> value).sum();
    List<List<Html>> rows = new ArrayList<>();
    values.entrySet().stream()
        .limit(MOST_BARS)
        .forEach(each -> rows.add(bar(each.getKey(), each.getValue(), sum)));
    long rest = values.values().stream().skip(MOST_BARS).mapToLong(value -> value).sum();
    if (rest > 0) {
      rows.add(bar((values.size() - MOST_BARS) + " others", rest, sum));
    }
    return of(caption, List.of(what, "#" + number, "#share", ""), rows);
  }

  private static List<Html> bar(String name, long value, long sum) {
    return List.of(
        Html.text(name),
        Html.text(Numbers.count(value)),
        Html.text(Numbers.share((double) value / Math.max(1, sum))),
        Charts.bar((double) value / Math.max(1, sum)));
  }
}
