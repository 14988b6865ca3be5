package io.herd.udfs.runtime;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map that keeps the most recently used entries, and drops the least recently used one when it is
 * full.
 */
public final class Lru<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1;

  private final int most;

  /**
   * An empty map.
   *
   * @param most entries that it keeps
   */
  public Lru(int most) {
    super(16, 0.75f, true);
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
