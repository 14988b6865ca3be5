package io.herd.udfs.hub;

/** Receives the progress of a download, on any thread. */
@FunctionalInterface
public interface FetchProgress {
  /** Ignores all progress. */
  FetchProgress NONE = bytes -> {};

  /**
   * Called with the number of bytes to download, without those that exist already. Said at most
   * once.
   */
  default void expected(long bytes) {}

  /** Called with the number of bytes that arrived; negative if they have to be downloaded again. */
  void arrived(long bytes);
}
