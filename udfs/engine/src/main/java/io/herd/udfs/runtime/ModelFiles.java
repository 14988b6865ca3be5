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
}
