package io.herd.udfs;

/** Measures how far a name is from the one that was probably meant. */
public final class EditDistance {
  private EditDistance() {}

  /**
   * Returns the number of letters to add, drop, change or swap with their neighbour (optimal string
   * alignment).
   */
  public static int of(String from, String to) {
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
