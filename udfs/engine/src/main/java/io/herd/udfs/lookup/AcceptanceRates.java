package io.herd.udfs.lookup;

/**
 * How often a proposed token was right, by what it was proposed for: of one row, which begins with
 * what the rows of its engine have shown, or of all of them. Confined to one thread.
 */
public final class AcceptanceRates {
  /** Tokens that a format forces; the other kinds are numbers of equal tokens before. */
  static final int FORCED = 0;

  private static final int KINDS = 1 + History.LONGEST;

  /** The weight of all rows' statistics, as a number of a single row's proposals. */
  private static final double PRIOR = 4;

  /** Older proposals count ever less once there are as many of a kind, since texts change. */
  private static final double MEMORY = 200;

  private final AcceptanceRates all; // null for those of all rows
  private final double[] right = new double[KINDS];
  private final double[] seen = new double[KINDS];

  private AcceptanceRates(AcceptanceRates all) {
    this.all = all;
  }

  /** Creates the statistics of all rows of an engine. */
  public static AcceptanceRates ofAll() {
    return new AcceptanceRates(null);
  }

  AcceptanceRates ofRow() {
    return new AcceptanceRates(this);
  }

  /** The chance of a token of this kind, if those before it are right: above 0, below 1. */
  double of(int kind) {
    double unknown = kind == FORCED ? 0.9 : 0.5;
    double before = all == null ? unknown : all.of(kind);
    return (right[kind] + PRIOR * before) / (seen[kind] + PRIOR);
  }

  void saw(int kind, boolean wasRight) {
    if (seen[kind] >= MEMORY) {
      seen[kind] *= 0.5;
      right[kind] *= 0.5;
    }
    seen[kind]++;
    right[kind] += wasRight ? 1 : 0;
    if (all != null) {
      all.saw(kind, wasRight);
    }
  }
}
