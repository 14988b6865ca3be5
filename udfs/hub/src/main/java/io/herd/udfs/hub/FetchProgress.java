package io.herd.udfs.hub;

/** Hears of bytes as they arrive, on any thread. */
@FunctionalInterface
public interface FetchProgress {
  /** Tells nobody. */
  FetchProgress NONE = bytes -> {};

  /** So many bytes have to be fetched, what was there already not counted. Said at most once. */
  default void expected(long bytes) {}

  /** So many more bytes have arrived; negative when they have to be fetched again. */
  void arrived(long bytes);
}
