package io.herd.job.review;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;

/**
 * Converts columns of text to a line of JSON, in which {@code row} is an object and {@code
 * probability} a number.
 */
final class JsonLine {
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  private JsonLine() {}

  static String of(List<String> names, String... values) {
    JsonObject line = new JsonObject();
    for (int i = 0; i < values.length; i++) {
      boolean parsed = names.get(i).equals("row") || names.get(i).equals("probability");
      if (parsed && values[i] != null) {
        line.add(names.get(i), JsonParser.parseString(values[i]));
      } else {
        line.addProperty(names.get(i), values[i]);
      }
    }
    return GSON.toJson(line);
  }
}
