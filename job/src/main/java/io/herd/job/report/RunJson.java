package io.herd.job.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** Reads a {@code run.json} whose parts may be missing or of another type: those are null. */
public record RunJson(JsonObject json) {

  /** Returns an object part; an empty one if it is missing. */
  public RunJson part(String name) {
    return new RunJson(json.get(name) instanceof JsonObject object ? object : new JsonObject());
  }

  public String text(String name) {
    return isThere(json.get(name)) ? json.get(name).getAsString() : null;
  }

  public Double number(String name) {
    return isThere(json.get(name)) && json.getAsJsonPrimitive(name).isNumber()
        ? json.get(name).getAsDouble()
        : null;
  }

  /** Returns a number; 0 if it is missing. */
  public long count(String name) {
    Double number = number(name);
    return number == null ? 0 : number.longValue();
  }

  /** Returns whether the run generated anything, so that its speed is meaningful. */
  public boolean generated() {
    return count("rows_generated") > 0;
  }

  private static boolean isThere(JsonElement value) {
    return value != null && value.isJsonPrimitive();
  }
}
