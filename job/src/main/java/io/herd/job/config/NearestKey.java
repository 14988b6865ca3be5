package io.herd.job.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the key or group that someone meant who wrote an unknown one. */
final class NearestKey {
  private NearestKey() {}

  /** All keys and groups that an unknown path may have meant. */
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
                    || distance(wanted, letters(candidate)) <= enough)
        .min(Comparator.comparingInt(candidate -> distance(wanted, letters(candidate))));
  }

  /** So that maxNewTokens, max_new_tokens and MAX-NEW-TOKENS are all the same. */
  private static String letters(String path) {
    return path.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]", "");
  }

  private static String lastWord(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The letters to add, drop, change or swap with their neighbour (optimal string alignment). */
  static int distance(String from, String to) {
    int[][] steps = new int[from.length() + 1][to.length() + 1]; // [letters of from, letters of to]
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        steps[i][j] = i == 0 || j == 0 ? i + j : least(steps, from, to, i, j);
      }
    }
    return steps[from.length()][to.length()];
  }

  private static int least(int[][] steps, String from, String to, int i, int j) {
    char last = from.charAt(i - 1);
    char wanted = to.charAt(j - 1);
    int change = steps[i - 1][j - 1] + (last == wanted ? 0 : 1);
    int least = Math.min(change, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
    boolean swapped = i > 1 && j > 1 && last == to.charAt(j - 2) && from.charAt(i - 2) == wanted;
    return swapped ? Math.min(least, steps[i - 2][j - 2] + 1) : least;
  }
}
