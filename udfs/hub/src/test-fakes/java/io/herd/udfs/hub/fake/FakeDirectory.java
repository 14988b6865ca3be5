package io.herd.udfs.hub.fake;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Who and what there is. */
final class FakeDirectory {
  private final Map<String, FakeRepo> repos = new ConcurrentHashMap<>();
  private final Map<String, String> moved = new ConcurrentHashMap<>();
  private final Map<String, FakeAccount> accounts = new ConcurrentHashMap<>();

  /** The repository; makes it when it isn't there yet. */
  FakeRepo repo(String id) {
    return repos.computeIfAbsent(id, FakeRepo::new);
  }

  /** The account; makes it when it isn't there yet. */
  FakeAccount account(String token) {
    return accounts.computeIfAbsent(token, unused -> new FakeAccount());
  }

  void renamed(String from, String to) {
    moved.put(from, to);
  }

  Optional<FakeRepo> find(String id) {
    return Optional.ofNullable(repos.get(id));
  }

  Optional<FakeAccount> find(FakeRequest request) {
    return request.token().flatMap(token -> Optional.ofNullable(accounts.get(token)));
  }

  /** Another name that a name leads to: a new one, or the same in its proper case. */
  Optional<String> newName(String id) {
    if (repos.containsKey(id)) {
      return Optional.empty();
    }
    Map<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    repos.keySet().forEach(name -> names.put(name, name));
    names.putAll(moved);
    return Optional.ofNullable(names.get(id));
  }
}
