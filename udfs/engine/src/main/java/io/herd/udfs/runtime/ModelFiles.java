package io.herd.udfs.runtime;

import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.ModelFolder;
import java.nio.file.Path;
import java.util.List;

/** How a model's files reach this machine; the first call that needs them may download them. */
public interface ModelFiles {
  /** What must lie in the folder. */
  ModelManifest manifest();

  /** A folder with the small files: configuration, tokenizer, template. All verified. */
  Path small() throws InterruptedException;

  /** That folder with the weights. {@link #verify} has yet to be called. */
  Path whole() throws InterruptedException;

  /** The manifest's adapters, in its order. {@link #verify} has yet to be called. */
  default List<ModelFolder.Adapter> adapters() throws InterruptedException {
    return List.of();
  }

  /**
   * Checks these files so far as it didn't. It may take as long as reading them.
   *
   * @throws io.herd.udfs.SystemException naming a file that isn't the manifest's
   */
  default void verify() {}
}
