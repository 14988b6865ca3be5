package io.herd.job.config;

import io.herd.udfs.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the key or group that is most similar to an unknown one. */
final class NearestKey {
  private NearestKey() {}

  /** Returns the keys and groups that an unknown path may have meant. */
  static Optional<String> to(String path) {
    Collection<String> groups = Keys.groups();
    return to(path, Stream.concat(Keys.ALL.stream().map(Key::path), groups.stream()).toList());
  }

  static Optional<String> to(String path, Collection<String> candidates) {
    String wanted = letters(path);
    String name = letters(lastWord(path));
    int enough = Math.max(2, name.length() / 3);
    return candidates.stream()
        .filter(
            candidate ->
                letters(lastWord(candidate)).equals(name)
                    || EditDistance.of(wanted, letters(candidate)) <= enough)
        .min(Comparator.comparingInt(candidate -> EditDistance.of(wanted, letters(candidate))));
  }

  /** Makes maxNewTokens, max_new_tokens and MAX-NEW-TOKENS equal. */
  private static String letters(String path) {
    return path.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]", "");
  }

  private static String lastWord(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
