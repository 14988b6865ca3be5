package io.herd.udfs.sample;

/**
 * Random draws that depend only on the run's seed, the row's key and the position in its
 * completion. So retries, partitioning and batch mates don't change a draw.
 *
 * <p>A counter-based generator (Salmon et al. 2011) with SplitMix64's finalizer (Steele et al.
 * 2014) as its mixing function.
 */
public final class CounterRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double TO_UNIT = 0x1.0p-53;

  private CounterRandom() {}

  /** Returns a draw from [0, 1). */
  public static double uniform(long seed, long key, long position) {
    long mixed = mix(mix(mix(seed + GOLDEN) ^ (key * GOLDEN)) ^ (position * GOLDEN + 1));
    return (mixed >>> 11) * TO_UNIT;
  }

  /** Returns another key, as independent of {@code key} as the draws are of each other. */
  public static long derived(long key, long number) {
    return mix(mix(key + GOLDEN) ^ (number * GOLDEN));
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
