package io.herd.udfs.model;

import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which files of a folder hold a model's weights. */
final class WeightFiles {
  private static final String SINGLE = "model.safetensors";
  private static final int MAX_BYTES = 16 << 20;
  private static final String INDEX = "model.safetensors.index.json";

  private WeightFiles() {}

  /** The files that hold a model's weights: one, or those that its index names. */
  static List<Path> in(Path folder) {
    if (Files.exists(folder.resolve(SINGLE))) {
      return List.of(folder.resolve(SINGLE));
    }
    Path index = folder.resolve(INDEX);
    if (!Files.exists(index)) {
      throw new UserException(
          "no " + SINGLE + " or " + INDEX + " in " + folder,
          "name the folder of a model with its weights in safetensors (.bin, .pth and .gguf files"
              + " are not read).");
    }
    Set<String> names = new TreeSet<>();
    try {
      JsonObject map = ModelConfigReader.json(index, MAX_BYTES).getAsJsonObject("weight_map");
      map.entrySet().forEach(entry -> names.add(entry.getValue().getAsString()));
    } catch (NullPointerException
        | ClassCastException
        | IllegalStateException
        | UnsupportedOperationException e) {
      throw new UserException(index + " has no weight_map of names", "fetch the file again.", e);
    }
    return names.stream().map(name -> inside(folder, name)).toList();
  }

  private static Path inside(Path folder, String name) {
    boolean plain =
        name.matches("[\\w.-]+\\.safetensors"); // others may lie elsewhere, and aren't hashed
    if (!plain || !Files.isRegularFile(folder.resolve(name))) {
      throw new UserException(
          INDEX + " names " + Safetensors.shown(name) + ", which isn't in " + folder,
          "fetch the model again: a part of its weights is missing.");
    }
    return folder.resolve(name);
  }
}
