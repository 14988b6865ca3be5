package io.herd.udfs.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The safetensors files that an index of weights names, whatever their names, except those that
 * contain only image weights.
 */
public final class ShardIndex {
  /** Maximum size: the largest Llama's index takes a hundredth of it. */
  public static final int MOST_BYTES = 16 << 20;

  private static final int MOST_SHOWN = 200;

  /** Excludes files in other folders, and pickles. */
  private static final Pattern NAME = Pattern.compile("[\\w.-]+\\.safetensors");

  private ShardIndex() {}

  /**
   * Returns the files' names, sorted.
   *
   * @param what names the index in messages
   * @throws IOException when it isn't such an index
   * @throws UserException when it names what isn't read
   */
  static List<String> names(String json, String what) throws IOException {
    try {
      return names(JsonParser.parseString(json), what);
    } catch (JsonParseException e) {
      throw new IOException(what + " is not an index of weights", e);
    }
  }

  /**
   * Returns the files' names, sorted.
   *
   * @throws IOException when it isn't such an index
   * @throws UserException when it names what isn't read
   */
  public static List<String> names(JsonElement index, String what) throws IOException {
    Set<String> names = new TreeSet<>();
    try {
      Map<String, JsonElement> map =
          index.getAsJsonObject().get("weight_map").getAsJsonObject().asMap();
      VisionTensors tensors = VisionTensors.of(map.keySet());
      for (Map.Entry<String, JsonElement> shard : map.entrySet()) {
        String name = shard.getValue().getAsString();
        if (tensors.textName(shard.getKey()).isPresent()) {
          names.add(name);
        }
      }
    } catch (NullPointerException
        | ClassCastException
        | IllegalStateException
        | UnsupportedOperationException e) {
      throw new IOException(what + " is not an index of weights", e);
    }
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        throw new UserException(
            what + " names " + shown(name) + ", which is no file of safetensors in its folder",
            "choose a model, or a revision of it, with its weights in *.safetensors: .bin, .pth and"
                + " .gguf files are not read.");
      }
    }
    return List.copyOf(names);
  }

  /** Shortens names from a file, which may have any length. */
  private static String shown(String name) {
    return name.length() <= MOST_SHOWN ? name : name.substring(0, MOST_SHOWN) + "...";
  }
}
