package io.herd.udfs.hub.fake;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The repositories, with the names that they had before. */
final class Repos {
  private final Map<String, FakeRepo> byId = new ConcurrentHashMap<>();
  private final Map<String, String> renamed = new ConcurrentHashMap<>();

  FakeRepo add(String id) {
    return byId.computeIfAbsent(id, FakeRepo::new);
  }

  void rename(String before, String now) {
    renamed.put(before, now);
  }

  /** Null when there is none. */
  FakeRepo find(String id) {
    return byId.get(id);
  }

  /** The proper name of what is known under another one, or in other letter cases. */
  Optional<String> properName(String id) {
    if (byId.containsKey(id)) {
      return Optional.empty();
    }
    return Optional.ofNullable(renamed.get(id))
        .or(() -> byId.keySet().stream().filter(id::equalsIgnoreCase).findFirst());
  }
}
