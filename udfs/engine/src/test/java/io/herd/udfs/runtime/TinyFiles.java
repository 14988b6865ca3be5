package io.herd.udfs.runtime;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.hub.ModelManifest;
import java.nio.file.Path;

/** A tiny random model's files, where they lie in the repository. */
record TinyFiles(Path folder) implements ModelFiles {
  @Override
  public ModelManifest manifest() {
    return ModelManifest.ofFolder(folder);
  }

  @Override
  public Path small() {
    return TinyRandom.folder(".");
  }

  @Override
  public Path whole() {
    return folder;
  }
}
