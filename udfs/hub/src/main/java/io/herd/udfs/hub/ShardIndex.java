package io.herd.udfs.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The files that an index of weights names, whatever they are called. */
public final class ShardIndex {
  private ShardIndex() {}

  /**
   * Their names, sorted.
   *
   * @param what names the index in messages
   * @throws IOException when it isn't such an index
   */
  static List<String> names(String json, String what) throws IOException {
    try {
      return names(JsonParser.parseString(json), what);
    } catch (JsonParseException e) {
      throw new IOException(what + " is not an index of weights", e);
    }
  }

  /**
   * Their names, sorted.
   *
   * @throws IOException when it isn't such an index
   */
  public static List<String> names(JsonElement index, String what) throws IOException {
    Set<String> names = new TreeSet<>();
    try {
      JsonElement map = index.getAsJsonObject().get("weight_map");
      for (JsonElement shard : map.getAsJsonObject().asMap().values()) {
        names.add(shard.getAsString());
      }
    } catch (NullPointerException
        | ClassCastException
        | IllegalStateException
        | UnsupportedOperationException e) {
      throw new IOException(what + " is not an index of weights", e);
    }
    return List.copyOf(names);
  }
}
