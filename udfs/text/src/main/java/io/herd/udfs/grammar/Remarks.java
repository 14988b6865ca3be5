package io.herd.udfs.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Collects the parts of a schema that have no effect, for a warning. */
final class Remarks {
  private static final int MOST = 10;

  private final Map<String, String> unknown = new LinkedHashMap<>(); // to the first place
  private final Map<String, String> nullable = new TreeMap<>();

  void unknown(String keyword, String at) {
    if (unknown.size() < MOST) {
      unknown.putIfAbsent(keyword, at);
    }
  }

  void nullable(String at) {
    nullable.put(at, at);
  }

  /** Returns a sentence for each kind of remark. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    if (!unknown.isEmpty()) {
      texts.add(
          unknown.entrySet().stream()
              .map(each -> named(each.getKey(), each.getValue()))
              .collect(
                  Collectors.joining(
                      ", ",
                      "herd.format.json-schema: JSON Schema has no ",
                      ", so it is ignored.")));
    }
    if (!nullable.isEmpty()) {
      texts.add(
          "herd.format.json-schema: nullable is OpenAPI's and adds no null, as at "
              + nullable.keySet().iterator().next()
              + "; write type [..., \"null\"].");
    }
    return texts;
  }

  private static String named(String keyword, String at) {
    return keyword
        + " (at "
        + at
        + Keywords.nearest(keyword).map(near -> "; did you mean " + near + "?").orElse("")
        + ")";
  }
}
