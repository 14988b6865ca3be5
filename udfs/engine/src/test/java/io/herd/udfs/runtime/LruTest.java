package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LruTest {
  @Test
  void put_full_dropsTheEntryUnusedForLongest() {
    Lru<String, Integer> kept = new Lru<>(2);
    kept.put("a", 1);
    kept.put("b", 2);
    assertThat(kept.get("a")).isEqualTo(1);
    kept.put("c", 3);
    assertThat(kept).containsOnlyKeys("a", "c");
  }
}
