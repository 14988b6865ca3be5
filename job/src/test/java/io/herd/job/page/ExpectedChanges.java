package io.herd.job.page;

import static io.herd.job.page.FigureMap.sum;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What a run.json asks a page to say of the run before. */
record ExpectedChanges(JsonObject run, FigureMap out) {
  void changes() {
    if (!run.get("previous").isJsonObject() || run.get("rows_out").getAsLong() == 0) {
      return;
    }
    JsonObject before = run.getAsJsonObject("previous");
    change("rows", before.get("rows_out"), run.get("rows_out"), 1);
    change("failed rows", before.get("rows_failed"), run.get("rows_failed"), 1);
    change("accuracy", before.get("accuracy"), run.get("accuracy"), 100);
    change("labels' share", before.get("label_share"), run.get("label_share"), 100);
    if (run.get("quality").isJsonObject()) {
      change(
          "calibration error",
          before.get("calibration_error"),
          run.getAsJsonObject("quality").get("calibration_error"),
          1);
    }
    if (run.get("rows_generated").getAsLong() > 0) {
      change("rows a second", before.get("rows_per_second"), run.get("rows_per_second"), 1);
      change(
          "cost of 1,000 rows", before.get("cost_per_thousand"), run.get("cost_per_thousand"), 1);
    }
    labels(before.getAsJsonObject("labels"), counts("labels"));
  }

  private void labels(JsonObject before, JsonObject now) {
    List<String> names = new ArrayList<>(now.keySet());
    before.keySet().stream().filter(each -> !now.has(each)).forEach(names::add);
    if (sum(before) == 0 || sum(now) == 0 || names.size() > 20) {
      return;
    }
    for (String name : names) {
      double then = before.has(name) ? before.get(name).getAsDouble() / sum(before) : 0;
      double share = now.has(name) ? now.get(name).getAsDouble() / sum(now) : 0;
      change("label " + name, 100 * then, 100 * share);
    }
  }

  private void change(String name, JsonElement before, JsonElement now, double unit) {
    if (!before.isJsonNull() && !now.isJsonNull()) {
      change(name, unit * before.getAsDouble(), unit * now.getAsDouble());
    }
  }

  private void change(String name, double before, double now) {
    String started = run.getAsJsonObject("previous").get("started").getAsString();
    String place =
        "Changes since the previous run|The run of this work-dir that began "
            + started
            + "|"
            + name
            + "|";
    out.put(place + "before", List.of(before));
    out.put(place + "now", List.of(now));
    out.put(place + "change", List.of(now - before));
  }

  private JsonObject counts(String name) {
    return run.getAsJsonObject("profile").getAsJsonObject(name);
  }
}
