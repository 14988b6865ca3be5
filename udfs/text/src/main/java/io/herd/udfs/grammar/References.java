package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Resolves {@code $ref}: positions in the document, its anchors and its identifiers. */
final class References {
  private static final int CHARACTERS_A_STEP = 8;

  private final Effort effort;
  private final JsonElement root;
  private final Map<String, JsonElement> named = new HashMap<>();
  private final Map<String, String> resources = new HashMap<>(); // place to its identifier

  References(Effort effort, JsonElement root) {
    this.effort = effort;
    this.root = root;
    if (root instanceof JsonObject schema) {
      name(schema, "$id", "");
      name(schema, "id", "");
    }
    index(root, Part.ROOT);
  }

  private void index(JsonElement element, String at) {
    effort.spend(1 + at.length() / CHARACTERS_A_STEP);
    if (element instanceof JsonObject object) {
      object.entrySet().forEach(each -> index(each.getValue(), at + "/" + each.getKey()));
      name(object, "$anchor", "#");
      if (!at.equals(Part.ROOT)) {
        name(object, "$id", "");
        name(object, "id", "");
        String id = text(object.get("$id"));
        if (id != null && !id.startsWith("#")) {
          resources.put(at, id);
        }
      }
    } else if (element instanceof JsonArray list) {
      for (int i = 0; i < list.size(); i++) {
        index(list.get(i), at + "/" + i);
      }
    }
  }

  private void name(JsonObject object, String keyword, String prefix) {
    String name = text(object.get(keyword));
    if (name != null) {
      named.putIfAbsent(prefix + name.replaceFirst("#$", ""), object);
    }
  }

  private static String text(JsonElement element) {
    return element instanceof JsonPrimitive text && text.isString() ? text.getAsString() : null;
  }

  /** Returns the part that a reference names. */
  Part follow(JsonElement reference, Part from) {
    String name = text(reference);
    if (name == null) {
      throw Keywords.refused(from.at() + "/$ref", "it must be a string");
    }
    int hash = name.indexOf('#');
    String document = hash < 0 ? name : name.substring(0, hash);
    String fragment = hash < 0 ? "" : decoded(name.substring(hash + 1));
    JsonElement base = document.isEmpty() ? root : named.get(document);
    if (base == null) {
      throw Keywords.refused(
          from.at() + "/$ref",
          reference + " is not in this schema, as #/$defs/name is",
          "copy what it names into $defs, and write \"#/$defs/name\".");
    }
    if (document.isEmpty()) {
      refuseOtherResource(from);
    }
    boolean place = fragment.isEmpty() || fragment.startsWith("/");
    JsonElement target = place ? target(base, fragment) : named.get("#" + fragment);
    if (target == null) {
      throw Keywords.refused(
          from.at() + "/$ref",
          "there is no " + name,
          "write the place of a schema of this document.");
    }
    return from.referred(target, base == root ? "#" + fragment : name);
  }

  /**
   * Refuses references below another identifier, where {@code #/...} starts at that identifier
   * rather than at the root.
   */
  private void refuseOtherResource(Part from) {
    effort.spend((long) Conjunction.STEPS * resources.size());
    for (Map.Entry<String, String> each : resources.entrySet()) {
      JsonElement inner = target(root, each.getKey().substring(1));
      boolean hasPlaces =
          inner instanceof JsonObject own && (own.has("$defs") || own.has("definitions"));
      if (hasPlaces && (from.at() + "/").startsWith(each.getKey() + "/")) {
        throw Keywords.refused(
            from.at() + "/$ref",
            "it begins at " + each.getValue() + ", a schema inside of this one",
            "leave that $id out, and write places from the root of the document.");
      }
    }
  }

  private static JsonElement target(JsonElement base, String pointer) {
    JsonElement target = base;
    if (pointer.isEmpty()) {
      return target;
    }
    for (String step : pointer.substring(1).split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      if (target instanceof JsonArray list) {
        target =
            name.matches("[0-9]{1,6}") && Integer.parseInt(name) < list.size()
                ? list.get(Integer.parseInt(name))
                : null;
      } else {
        target = target instanceof JsonObject object ? object.get(name) : null;
      }
    }
    return target;
  }

  /** Decodes a URI's fragment; a badly encoded one is returned unchanged. */
  private static String decoded(String fragment) {
    try {
      return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return fragment;
    }
  }
}
