package io.herd.job.page;

import static io.herd.job.page.FigureMap.add;
import static io.herd.job.page.FigureMap.list;
import static io.herd.job.page.FigureMap.numbers;
import static io.herd.job.page.FigureMap.percent;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What a run.json asks a page to say of right and wrong answers. */
record ExpectedQuality(JsonObject run, FigureMap out) {
  void quality(JsonObject quality) {
    String title = "Quality of the answers|";
    List<Double> prose = new ArrayList<>();
    add(prose, quality, "rows");
    percent(prose, quality, "coverage");
    percent(prose, quality, "accuracy");
    add(prose, quality, "calibration_error");
    if (quality.get("micro").isJsonObject()) {
      JsonObject micro = quality.getAsJsonObject("micro");
      List.of("precision", "recall", "f1").forEach(each -> add(prose, micro, each));
    }
    out.put(title, prose);
    List<JsonElement> classes = list(quality, "classes");
    for (JsonElement each : classes) {
      JsonObject one = each.getAsJsonObject();
      String place = title + "Each label|" + one.get("label").getAsString() + "|";
      List.of("precision", "recall", "f1", "support", "abstained")
          .forEach(
              field ->
                  out.put(
                      place + field.replace("support", "rows").replace("f1", "F1"),
                      numbers(one.get(field))));
    }
    if (classes.size() <= 20) {
      classes.forEach(each -> confusion(title, each.getAsJsonObject(), quality, classes));
    }
    reliability(title, list(quality, "reliability"));
  }

  private void confusion(
      String title, JsonObject right, JsonObject quality, List<JsonElement> classes) {
    String name = right.get("label").getAsString();
    JsonElement given = quality.getAsJsonObject("confusion").get(name);
    for (JsonElement each : classes) {
      String label = each.getAsJsonObject().get("label").getAsString();
      double rows =
          given != null && given.getAsJsonObject().has(label)
              ? given.getAsJsonObject().get(label).getAsDouble()
              : 0;
      String place =
          title + "Right labels (rows) and predicted labels (columns)|" + name + "|" + label;
      out.put(place, List.of(rows));
      out.put(
          place + "|share", List.of(100 * rows / Math.max(1, right.get("support").getAsDouble())));
    }
  }

  private void reliability(String title, List<JsonElement> bins) {
    if (bins.isEmpty()) {
      return;
    }
    List<Double> shown = new ArrayList<>();
    for (JsonElement each : bins) {
      List.of("probability", "accuracy", "rows")
          .forEach(field -> add(shown, each.getAsJsonObject(), field));
    }
    shown.addAll(List.of(0.0, 1.0, (double) bins.size()));
    for (JsonElement each : bins) {
      shown.add(100 * each.getAsJsonObject().get("probability").getAsDouble());
      shown.add(100 - 100 * each.getAsJsonObject().get("accuracy").getAsDouble());
    }
    shown.addAll(List.of(0.0, 100.0, 100.0, 0.0)); // where probabilities are right
    out.put(title + out.drawings() + "|drawing", shown);
  }
}
