package io.herd.job.workdir;

/**
 * The version of an input when its snapshot was taken.
 *
 * @param digest of its files (path, size, time of change), of its tables' snapshots and of its
 *     columns
 * @param text the version, for people
 * @param unknown the sources that keep nothing to compare, such as a database's; else empty
 */
public record InputVersion(String digest, String text, String unknown) {
  /** Returns whether equal versions guarantee equal rows. */
  public boolean isKnown() {
    return unknown.isEmpty();
  }
}
