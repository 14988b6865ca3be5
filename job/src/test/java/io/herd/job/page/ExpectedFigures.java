package io.herd.job.page;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;

/** The numbers that a run.json asks a page to show, by the places of {@link ShownPage}. */
final class ExpectedFigures {
  private ExpectedFigures() {}

  static Map<String, List<Double>> of(JsonObject run) {
    FigureMap out = new FigureMap();
    new ExpectedRun(run, out).fill();
    new ExpectedChanges(run, out).changes();
    new ExpectedProfile(run, out).fill();
    if (run.get("quality").isJsonObject()) {
      new ExpectedQuality(run, out).quality(run.getAsJsonObject("quality"));
    }
    out.numbers().values().removeIf(List::isEmpty);
    return out.numbers();
  }
}
