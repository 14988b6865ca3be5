package io.herd.udfs.hub;

import java.io.IOException;
import java.io.InputStream;

/** A source of a model's files: the Hub, or a staging folder. */
public interface FileSource {
  /**
   * Opens a file's bytes {@code from} (inclusive) to {@code to} (exclusive). The stream may break
   * off early or fail; the caller then opens the rest.
   *
   * @throws io.herd.udfs.HerdException when trying again is of no use
   */
  InputStream open(ModelManifest.Entry file, long from, long to)
      throws IOException, InterruptedException;

  /** Returns whether several concurrent streams of one file are faster than one. */
  boolean parallel();
}
