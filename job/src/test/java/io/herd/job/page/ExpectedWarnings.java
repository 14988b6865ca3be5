package io.herd.job.page;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The numbers of the warnings that a run.json's profile asks for. */
record ExpectedWarnings(JsonObject profile) {
  private static final double CUT = 0.1;
  private static final double NEARLY_ALL = 0.95;

  List<Double> numbers() {
    List<Double> out = new ArrayList<>();
    double completions = sum(profile.getAsJsonObject("finish_reasons"), 0);
    JsonElement cut = profile.getAsJsonObject("finish_reasons").get("length");
    if (cut != null && cut.getAsDouble() > CUT * completions) {
      out.add(100 * cut.getAsDouble() / completions);
    }
    nearlyAll(out, profile.getAsJsonObject("labels"), profile.get("other_labels").getAsDouble());
    for (JsonElement each : profile.getAsJsonArray("parsed")) {
      JsonObject field = each.getAsJsonObject();
      if (field.get("values").isJsonObject()) {
        nearlyAll(out, field.getAsJsonObject("values"), 0);
      } else if (field.get("at_max_length").getAsDouble() > CUT * completions) {
        out.add(100 * field.get("at_max_length").getAsDouble() / completions);
        out.add(field.get("max_length").getAsDouble());
      }
    }
    return out;
  }

  private static void nearlyAll(List<Double> out, JsonObject counts, double others) {
    double all = sum(counts, others);
    double most =
        counts.entrySet().stream()
            .mapToDouble(each -> each.getValue().getAsDouble())
            .max()
            .orElse(0);
    if (all >= 20 && most >= NEARLY_ALL * all) {
      out.add(100 * most / all);
    }
  }

  private static double sum(JsonObject counts, double more) {
    return more
        + counts.entrySet().stream().mapToDouble(each -> each.getValue().getAsDouble()).sum();
  }
}
