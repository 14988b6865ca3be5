package io.herd.udfs.grammar;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.util.automaton.Automaton;

/** Selects the schemas that apply to a property, by its name. */
final class NamePatterns {
  private static final int LAST_ASCII = 0x7f;

  private final Languages languages;
  private final List<Part> parts;
  private final Map<String, Automaton> compiled = new HashMap<>();

  NamePatterns(List<Part> parts, Languages languages) {
    this.languages = languages;
    this.parts = parts;
  }

  /** Returns one schema's parts for the property. */
  List<Part> of(Part part, String name) {
    List<Part> all = new ArrayList<>();
    Map<String, JsonElement> properties = ObjectReader.properties(part);
    if (properties.containsKey(name)) {
      all.add(part.inside(properties.get(name), "properties/" + name));
    }
    for (Map.Entry<String, JsonElement> each : patterns(part).entrySet()) {
      if (found(each.getKey(), name, part)) {
        all.add(part.inside(each.getValue(), "patternProperties/" + each.getKey()));
      }
    }
    JsonElement rest = part.schema().getAsJsonObject().get("additionalProperties");
    if (all.isEmpty() && rest != null) {
      all.add(part.inside(rest, "additionalProperties"));
    }
    return all;
  }

  /**
   * Returns the parts that apply where no schema below an {@code unevaluatedProperties} mentions
   * the property.
   */
  List<Part> unevaluated(String name) {
    List<Part> all = new ArrayList<>();
    for (Part part : parts) {
      JsonElement rest = part.schema().getAsJsonObject().get("unevaluatedProperties");
      boolean evaluated =
          parts.stream()
              .filter(other -> other.scopes().contains(part.at()))
              .anyMatch(other -> !of(other, name).isEmpty());
      if (rest != null && !evaluated) {
        all.add(part.inside(rest, "unevaluatedProperties"));
      }
    }
    return all;
  }

  static Map<String, JsonElement> patterns(Part part) {
    JsonElement patterns = part.schema().getAsJsonObject().get("patternProperties");
    if (patterns == null) {
      return Map.of();
    } else if (patterns instanceof JsonObject object) {
      return object.asMap();
    }
    throw Keywords.refused(part.at() + "/patternProperties", "it must be an object");
  }

  /** Readers of patterns agree only on ASCII. */
  private boolean found(String pattern, String name, Part part) {
    if (name.codePoints().anyMatch(c -> c < ' ' || c >= LAST_ASCII)) {
      throw Keywords.refused(
          part.at(),
          "patternProperties is not supported beside the property " + name,
          "use names in ASCII, or leave patternProperties out.");
    }
    Automaton texts =
        compiled.computeIfAbsent(
            pattern,
            regex ->
                RegexParser.found(
                    languages, regex, Keywords.place(part.at() + "/patternProperties")));
    return Languages.has(texts, name);
  }
}
