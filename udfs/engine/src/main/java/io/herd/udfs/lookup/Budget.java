package io.herd.udfs.lookup;

import java.util.List;

/**
 * How likely a token must be to be worth its place in a pass. A pass costs something whatever is in
 * it, mostly for reading the weights, and something for each token; so a token pays when its chance
 * is above what the pass yields for its cost without it. With few rows nearly any token does; with
 * many hardly any can, and none is proposed.
 *
 * @param passTokens tokens that cost as much as an empty pass
 * @param mostTokens of a pass, those that rows have without proposals included
 */
public record Budget(double passTokens, int mostTokens) {
  private static final int ROUNDS = 3;

  /** Rows for each token that a pass costs: beyond, little is left to be saved by fewer passes. */
  private static final int MOST_ROWS = 2;

  /** Rows whose texts tell what proposals would be worth while none are made. */
  private static final int WATCHED = 16;

  /**
   * Plans proposals for a number of rows in a pass. A draft takes microseconds, which 1,000 rows at
   * once would feel.
   */
  public int drafted(int rows) {
    return proposes(rows) ? rows : Math.min(rows, WATCHED);
  }

  private boolean proposes(int rows) {
    return rows <= MOST_ROWS * passTokens;
  }

  /** The least chance of tokens that are worth it, such that no more are than a pass may have. */
  public double least(List<Draft> drafts) {
    int rows = drafts.size();
    if (!proposes(rows)) {
      return 1; // no chance is as high
    }
    double least = rows / (passTokens + rows);
    for (int round = 0; round < ROUNDS; round++) {
      double expected = rows;
      for (Draft draft : drafts) {
        expected += draft.expected(draft.worth(least));
      }
      least = expected / (passTokens + rows + proposed(drafts, least));
    }
    while (rows + proposed(drafts, least) > Math.max(rows, mostTokens)) {
      least = (1 + least) / 2;
    }
    return least;
  }

  private static int proposed(List<Draft> drafts, double least) {
    return drafts.stream().mapToInt(draft -> draft.worth(least)).sum();
  }
}
