package io.herd.job.workdir;

/**
 * What an input was when its snapshot was taken.
 *
 * @param digest of its files (path, size, time of change), of its tables' snapshots and of its
 *     columns
 * @param text the same for the eye
 * @param unknown the sources that keep nothing to compare, such as a database's; else empty
 */
public record InputVersion(String digest, String text, String unknown) {
  /** Whether two that are equal mean rows that are equal. */
  public boolean isKnown() {
    return unknown.isEmpty();
  }
}
