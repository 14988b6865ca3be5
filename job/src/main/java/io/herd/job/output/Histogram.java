package io.herd.job.output;

import java.io.Serializable;
import java.util.Arrays;

/** Counts whole numbers from 0 in bins of equal width, which doubles for larger numbers. */
final class Histogram implements Serializable {
  private static final int BINS = 32;

  private final long[] counts = new long[BINS];
  private int width = 1;

  void add(int value) {
    while (value / width >= BINS) {
      widen();
    }
    counts[value / width]++;
  }

  /** Adds another histogram, which may be widened. */
  void add(Histogram other) {
    while (width < other.width) {
      widen();
    }
    while (other.width < width) {
      other.widen();
    }
    for (int i = 0; i < BINS; i++) {
      counts[i] += other.counts[i];
    }
  }

  private void widen() {
    for (int i = 0; i < BINS; i++) {
      counts[i] = i < BINS / 2 ? counts[2 * i] + counts[2 * i + 1] : 0;
    }
    width *= 2;
  }

  /** Returns the bins up to the last one that isn't empty. */
  Profile.Lengths lengths() {
    int last = BINS;
    while (last > 0 && counts[last - 1] == 0) {
      last--;
    }
    return new Profile.Lengths(width, Arrays.stream(counts).limit(last).boxed().toList());
  }
}
