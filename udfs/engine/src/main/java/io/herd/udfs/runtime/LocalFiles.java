package io.herd.udfs.runtime;

import io.herd.udfs.hub.ModelManifest;
import java.nio.file.Path;

/** A model's files in a local folder. */
public record LocalFiles(Path folder, ModelManifest manifest) implements ModelFiles {
  /** Returns the folder unverified, because tokenizing needs no weights. */
  @Override
  public Path small() {
    return folder;
  }

  @Override
  public Path whole() {
    return folder;
  }

  @Override
  public void verify() {
    manifest.verify(folder);
  }
}
