package io.herd.udfs.runtime;

import io.herd.udfs.hub.ModelManifest;
import java.nio.file.Path;

/** How a model's files reach this machine; the first call that needs them may download them. */
public interface ModelFiles {
  /** What must lie in the folder. */
  ModelManifest manifest();

  /** A folder with the small files: configuration, tokenizer, template. All verified. */
  Path small() throws InterruptedException;

  /** That folder with the weights. All files are verified. */
  Path whole() throws InterruptedException;

  /** That folder with the weights, which {@link #verify} has yet to check. */
  default Path present() throws InterruptedException {
    return whole();
  }

  /**
   * Checks what {@link #present} didn't; it may take as long as reading all files.
   *
   * @throws io.herd.udfs.SystemException naming a file that isn't the manifest's
   */
  default void verify() {}
}
