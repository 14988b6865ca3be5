package io.herd.udfs.model;

import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.List;

/**
 * A model's location on this machine.
 *
 * @param path with the model's files
 * @param adapters that are merged into its weights, in this order
 */
public record ModelFolder(Path path, List<Adapter> adapters) {

  /**
   * An adapter's folder.
   *
   * @param weight that its update is multiplied by
   */
  public record Adapter(Path path, double weight) {

    UserException refused(String problem) {
      return new UserException(
          "the adapter in " + path + " " + problem,
          "merge it with PEFT (merge_and_unload) and save the whole model, if it is of this"
              + " model.");
    }
  }

  public ModelFolder {
    adapters = List.copyOf(adapters);
  }

  /** Creates the folder of a model without adapters. */
  public static ModelFolder of(Path path) {
    return new ModelFolder(path, List.of());
  }
}
