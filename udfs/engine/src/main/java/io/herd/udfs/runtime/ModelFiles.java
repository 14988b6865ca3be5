package io.herd.udfs.runtime;

import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.ModelFolder;
import java.nio.file.Path;
import java.util.List;

/** How a model's files get to this machine; the first call that needs them may download them. */
public interface ModelFiles {
  /** Returns the manifest of the folder's files. */
  ModelManifest manifest();

  /** Returns a folder with the small files: configuration, tokenizer, template. All verified. */
  Path small() throws InterruptedException;

  /** Returns that folder with the weights. {@link #verify} has yet to be called. */
  Path whole() throws InterruptedException;

  /** Returns the manifest's adapters, in its order. {@link #verify} has yet to be called. */
  default List<ModelFolder.Adapter> adapters() throws InterruptedException {
    return List.of();
  }

  /**
   * Verifies files that aren't verified yet. It may take as long as reading them.
   *
   * @throws io.herd.udfs.SystemException naming a file that isn't the manifest's
   */
  default void verify() {}
}
