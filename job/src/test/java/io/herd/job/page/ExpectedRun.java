package io.herd.job.page;

import static io.herd.job.page.FigureMap.add;
import static io.herd.job.page.FigureMap.list;
import static io.herd.job.page.FigureMap.percent;
import static io.herd.job.page.FigureMap.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What a run.json asks a page to say of the run, its engines and its configuration. */
record ExpectedRun(JsonObject run, FigureMap out) {
  void fill() {
    summary();
    engines();
    settings();
  }

  private void summary() {
    model();
    List<Double> prose = new ArrayList<>();
    text(prose, run.get("started"));
    add(prose, run, "seconds");
    if (run.get("model").isJsonObject()) {
      text(prose, run.getAsJsonObject("model").get("id"));
      text(prose, run.getAsJsonObject("model").get("dtype"));
    }
    add(prose, run, "exit_code");
    list(run, "engines").stream()
        .filter(each -> each.getAsString().contains("was given the GPU"))
        .forEach(each -> text(prose, each));
    text(prose, run.get("error"));
    prose.addAll(new ExpectedWarnings(run.getAsJsonObject("profile")).numbers());
    if (run.get("cascade").isJsonObject()) {
      cascade(prose, run.getAsJsonObject("cascade"));
    }
    if (run.get("audit").isJsonObject()) {
      add(prose, run.getAsJsonObject("audit"), "rows_out");
      text(prose, run.getAsJsonObject("audit").get("note"));
    }
    out.put("What came out|", prose);
    tile("rows in", "rows_in", 1);
    tile("rows out", "rows_out", 1);
    tile("ok", "rows_ok", 1);
    tile("failed", "rows_failed", 1);
    tile("generated now", "rows_generated", 1);
    tile("reused", "rows_reused", 1);
    tile("tokens in", "tokens_in", 1);
    tile("tokens out", "tokens_out", 1);
    tile("tokens a second", "tokens_per_second", 1);
    if (run.get("rows_generated").getAsLong() > 0) {
      tile("rows a second", "rows_per_second", 1);
    }
    tile("labels' share", "label_share", 100);
    tile("accuracy", "accuracy", 100);
    tile("cost", "cost", 1);
    tile("cost of 1,000 rows", "cost_per_thousand", 1);
  }

  private static void cascade(List<Double> prose, JsonObject cascade) {
    add(prose, cascade, "threshold");
    prose.add(Math.floor(1e4 * cascade.get("at_least").getAsDouble()) / 1e4); // a bound
    percent(prose, cascade, "confidence");
    List.of("target", "hits", "sample", "rows_small", "rows_large")
        .forEach(each -> add(prose, cascade, each));
    text(prose, cascade.getAsJsonObject("model").get("id"));
    text(prose, cascade.getAsJsonObject("model").get("dtype"));
    text(prose, cascade.get("promise"));
  }

  private void model() {
    if (run.get("model").isJsonObject()) {
      JsonObject model = run.getAsJsonObject("model");
      List<Double> shown = new ArrayList<>();
      text(shown, model.get("id"));
      text(shown, model.get("commit"));
      shown.add(model.get("parameters").getAsLong() / 1e6);
      text(shown, model.get("dtype"));
      out.put("What was run|What was run|model|", shown);
    }
  }

  private void tile(String name, String field, double unit) {
    if (!run.get(field).isJsonNull()) {
      out.put("What came out|" + name, List.of(unit * run.get(field).getAsDouble()));
    }
  }

  private void engines() {
    List<Double> prose = new ArrayList<>();
    if (run.get("rows_generated").getAsLong() > 0) {
      percent(prose, run, "engine_busy");
    }
    if (run.get("tokens_copied").getAsLong() > 0) {
      add(prose, run, "tokens_copied");
    }
    if (!run.get("cost").isJsonNull()) {
      List.of("executors", "seconds", "cost").forEach(each -> add(prose, run, each));
    }
    if (run.get("budget").isJsonObject()) {
      budget(prose, run.getAsJsonObject("budget"));
    }
    list(run, "engines").forEach(each -> text(prose, each));
    out.put("Engines|", prose);
  }

  private static void budget(List<Double> prose, JsonObject budget) {
    for (String[] both : new String[][] {{"tokens", "max_tokens"}, {"cost", "max_cost"}}) {
      if (!budget.get(both[1]).isJsonNull() && !budget.get(both[0]).isJsonNull()) {
        double used = budget.get(both[0]).getAsDouble();
        double most = budget.get(both[1]).getAsDouble();
        prose.addAll(used > most ? List.of(used, most, used - most) : List.of(used, most));
      }
    }
    if (budget.get("rows_dropped").getAsLong() > 0) {
      add(prose, budget, "rows_dropped");
    }
  }

  private void settings() {
    int keys = flatten("herd", run.getAsJsonObject("configuration"));
    out.put("What was asked|", List.of((double) keys));
    JsonObject environment = run.getAsJsonObject("environment");
    for (String name : environment.keySet()) {
      List<Double> shown = new ArrayList<>();
      text(shown, environment.get(name));
      out.put("Environment|Environment of the driver|" + name + "|value", shown);
    }
  }

  private int flatten(String path, JsonObject group) {
    int keys = 0;
    for (String name : group.keySet()) {
      JsonElement value = group.get(name);
      if (value instanceof JsonObject inner) {
        keys += flatten(path + "." + name, inner);
      } else if (!value.isJsonNull() && !value.equals(new JsonArray())) {
        keys++;
        List<Double> shown = new ArrayList<>();
        text(shown, value);
        out.put(
            "What was asked|Configuration with all defaults|" + path + "." + name + "|value",
            shown);
      }
    }
    return keys;
  }
}
