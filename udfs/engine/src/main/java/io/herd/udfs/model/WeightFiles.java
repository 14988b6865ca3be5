package io.herd.udfs.model;

import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.Safetensors;
import io.herd.udfs.hub.NeededFiles;
import io.herd.udfs.hub.ShardIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the files of a folder that contain a model's weights. */
final class WeightFiles {
  private static final String SINGLE = NeededFiles.SINGLE;
  private static final String INDEX = NeededFiles.INDEX;

  private WeightFiles() {}

  /** Returns the files with a model's weights: one, or those that its index names. */
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
    try {
      JsonObject json = ModelConfigReader.json(index, ShardIndex.MOST_BYTES);
      List<String> names = ShardIndex.names(json, index.toString());
      return names.stream().map(name -> inside(folder, name)).toList();
    } catch (IOException e) {
      throw new UserException(index + " has no weight_map of names", "fetch the file again.", e);
    }
  }

  private static Path inside(Path folder, String name) {
    if (!Files.isRegularFile(folder.resolve(name))) {
      throw new UserException(
          INDEX + " names " + Safetensors.shown(name) + ", which isn't in " + folder,
          "fetch the model again: a part of its weights is missing.");
    }
    return folder.resolve(name);
  }
}
