package io.herd.job.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The numbers of a page by the places of {@link ShownPage}, and how they are read from JSON. */
final class FigureMap {
  private static final int MOST_BARS = 30;

  private final Map<String, List<Double>> numbers = new LinkedHashMap<>();

  Map<String, List<Double>> numbers() {
    return numbers;
  }

  /** Drawings so far. */
  long drawings() {
    return numbers.keySet().stream().filter(each -> each.endsWith("|drawing")).count();
  }

  /** A table of counts with each one's share of all. */
  void shares(String title, String caption, String unit, JsonObject values) {
    double sum = sum(values);
    double rest = 0;
    int at = 0;
    for (String name : values.keySet()) {
      double value = values.get(name).getAsDouble();
      if (at++ < MOST_BARS || title.equals("Time by step")) {
        share(String.join("|", title, caption, name), unit, value, sum);
      } else {
        rest += value;
      }
    }
    if (rest > 0) {
      String name = (values.size() - MOST_BARS) + " others";
      share(String.join("|", title, caption, name), unit, rest, sum);
    }
  }

  void share(String place, String unit, double value, double sum) {
    double share = sum == 0 ? 0 : 100 * value / sum;
    put(place + "|" + unit, List.of(value));
    put(place + "|share", List.of(share));
    put(place + "|", List.of(share)); // the bar
  }

  static double sum(JsonObject counts) {
    return counts.entrySet().stream().mapToDouble(each -> each.getValue().getAsDouble()).sum();
  }

  static List<JsonElement> list(JsonObject of, String name) {
    return of.get(name) instanceof JsonArray array
        ? StreamSupport.stream(array.spliterator(), false).toList()
        : List.of();
  }

  static List<Double> numbers(JsonElement value) {
    return value.isJsonNull() ? List.of() : List.of(value.getAsDouble());
  }

  static void add(List<Double> to, JsonObject of, String field) {
    to.addAll(numbers(of.get(field)));
  }

  static void percent(List<Double> to, JsonObject of, String field) {
    numbers(of.get(field)).forEach(value -> to.add(100 * value));
  }

  /** Numbers that stand in a text of the run's. */
  static void text(List<Double> to, JsonElement value) {
    if (!value.isJsonNull()) {
      String text = value.isJsonPrimitive() ? value.getAsString() : value.toString();
      ShownNumber.in(text).forEach(each -> to.add(each.value()));
    }
  }

  void put(String place, List<Double> shown) {
    numbers.put(place, shown);
  }
}
