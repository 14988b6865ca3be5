package io.herd.job.page;

import static io.herd.job.page.FigureMap.list;
import static io.herd.job.page.FigureMap.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What a run.json asks a page to say of the time and of the rows. */
record ExpectedProfile(JsonObject run, FigureMap out) {
  void fill() {
    out.shares("Time by step", "Time by step", "time", run.getAsJsonObject("seconds_by_step"));
    throughput();
    profile(run.getAsJsonObject("profile"));
  }

  private void throughput() {
    List<JsonObject> points =
        list(run, "throughput").stream().map(JsonElement::getAsJsonObject).toList();
    if (points.isEmpty()) {
      return;
    }
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      double seconds = number(points, i, "seconds") - number(points, i - 1, "seconds");
      double tokens =
          number(points, i, "tokens_computed") - number(points, i - 1, "tokens_computed");
      rates.add(seconds <= 0 ? 0 : Math.max(0, tokens) / seconds);
    }
    double most = rates.stream().mapToDouble(rate -> rate).max().orElse(0);
    double end = number(points, points.size() - 1, "seconds");
    List<Double> shown = new ArrayList<>(List.of(0.0, most, 0.0, end, end, most, end, most));
    for (int i = 0; i < points.size(); i++) {
      double height = most == 0 ? 100 : 100 - 100 * rates.get(i) / most;
      for (int at = i - 1; at <= i; at++) {
        shown.add(100 * number(points, at, "seconds") / Math.max(1e-3, end));
        shown.add(height);
      }
    }
    out.put("Throughput|0|drawing", shown);
  }

  private static double number(List<JsonObject> points, int at, String field) {
    return at < 0 ? 0 : points.get(at).get(field).getAsDouble();
  }

  private void profile(JsonObject profile) {
    int drawings = list(run, "throughput").isEmpty() ? 0 : 1;
    if (!list(profile.getAsJsonObject("prompt_tokens"), "rows").isEmpty()) {
      lengths(drawings, profile.getAsJsonObject("prompt_tokens"));
      if (run.get("tokens_out").getAsLong() > 0) {
        lengths(drawings + 1, profile.getAsJsonObject("completion_tokens"));
      }
      out.shares(
          "Why completions ended", "Finish reasons", "completions", counts("finish_reasons"));
    }
    JsonObject labels = counts("labels").deepCopy();
    if (!labels.keySet().isEmpty()) {
      long others = profile.get("other_labels").getAsLong();
      if (others > 0) {
        labels.addProperty("(not counted one by one)", others);
      }
      out.shares("Labels", "Rows by label", "rows", labels);
      probabilities(list(profile, "probabilities"));
    }
    for (JsonElement each : list(profile, "parsed")) {
      field(each.getAsJsonObject());
    }
    for (JsonElement each : list(profile, "failures")) {
      JsonObject failure = each.getAsJsonObject();
      String place =
          "Failed rows|Failed rows by reason (# stands for a number)|"
              + failure.get("reason").getAsString();
      out.put(place + "|rows", List.of(failure.get("rows").getAsDouble()));
      List<Double> ids = new ArrayList<>();
      list(failure, "examples").forEach(id -> text(ids, id));
      out.put(place + "|ids of some", ids);
    }
  }

  /** Each bar's tip and height, the axis, and twice the sentence about the fullest bin. */
  private void lengths(int drawing, JsonObject lengths) {
    int width = lengths.get("bin_width").getAsInt();
    List<Double> rows = list(lengths, "rows").stream().map(JsonElement::getAsDouble).toList();
    double most = rows.stream().mapToDouble(each -> each).max().orElse(0);
    List<Double> shown = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      bin(shown, i, width);
      shown.add(rows.get(i));
    }
    shown.addAll(List.of(0.0, (double) rows.size() * width));
    for (int i = 0; i < 2; i++) {
      shown.add(most);
      bin(shown, rows.indexOf(most), width);
    }
    rows.forEach(each -> shown.add(100 * each / Math.max(1, most)));
    out.put("Lengths in tokens|" + drawing + "|drawing", shown);
  }

  private static void bin(List<Double> shown, int bin, int width) {
    shown.add((double) bin * width);
    if (width > 1) {
      shown.add((double) (bin + 1) * width - 1);
    }
  }

  private void probabilities(List<JsonElement> rows) {
    JsonObject bins = new JsonObject();
    for (int i = rows.size() - 1; i >= 0; i--) {
      bins.add("0." + i + " to " + (i == 9 ? "1.0" : "0." + (i + 1)), rows.get(i));
    }
    out.shares("Labels", "Rows by the probability of their label", "rows", bins);
  }

  private void field(JsonObject field) {
    String name = field.get("name").getAsString();
    if (field.get("values").isJsonObject()) {
      out.shares("Fields of parsed", "Rows by " + name, "rows", field.getAsJsonObject("values"));
    }
    if (!field.get("max_length").isJsonNull()) {
      String place =
          "Fields of parsed|Strings as long as their schema allows, possibly truncated|" + name;
      out.put(place + "|maxLength", List.of(field.get("max_length").getAsDouble()));
      out.put(place + "|rows at it", List.of(field.get("at_max_length").getAsDouble()));
    }
  }

  private JsonObject counts(String name) {
    return run.getAsJsonObject("profile").getAsJsonObject(name);
  }
}
