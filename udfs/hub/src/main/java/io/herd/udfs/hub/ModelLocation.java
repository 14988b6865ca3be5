package io.herd.udfs.hub;

import java.io.Serializable;

/** Where executors find a model's files. The driver decides; every executor gets the same. */
public sealed interface ModelLocation extends Serializable {
  /** Describes where the files come from, for people. */
  String text();

  /**
   * A folder at the same path on every node.
   *
   * @param path local
   */
  record Folder(String path) implements ModelLocation {
    @Override
    public String text() {
      return "in " + path;
    }
  }

  /**
   * The Hub: each host downloads once into its cache.
   *
   * @param endpoint of the Hub
   * @param spreadSeconds downloads begin at random within so long, so that hosts don't all ask at
   *     once
   */
  record Hub(String endpoint, int spreadSeconds) implements ModelLocation {
    @Override
    public String text() {
      return "each host downloads them from " + endpoint;
    }
  }

  /**
   * A folder of shared storage, from which each host copies once into its cache.
   *
   * @param folder a Hadoop path that holds the manifest's files
   */
  record Staged(String folder) implements ModelLocation {
    @Override
    public String text() {
      return "staged in " + folder;
    }
  }

  /** Every host's Hub cache, filled beforehand; nothing is downloaded. */
  record Cached() implements ModelLocation {
    @Override
    public String text() {
      return "in each host's cache";
    }
  }
}
