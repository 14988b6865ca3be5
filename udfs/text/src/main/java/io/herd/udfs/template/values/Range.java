package io.herd.udfs.template.values;

import java.math.BigInteger;
import java.util.AbstractList;
import java.util.List;

/** Python's range, of at most 100,000 numbers as in Jinja's sandbox. */
public record Range(long start, long stop, long step) {
  private static final int MOST = 100_000;

  public Range {
    if (step == 0) {
      throw new Problem("range() takes no step of 0");
    }
    if (count(start, stop, step) > MOST) {
      throw new Problem("range() has more than " + MOST + " numbers");
    }
  }

  private static long count(long start, long stop, long step) {
    long distance = step > 0 ? stop - start : start - stop;
    return distance <= 0 ? 0 : (distance - 1) / Math.abs(step) + 1;
  }

  public int size() {
    return (int) count(start, stop, step);
  }

  public List<Object> items() {
    int size = size();
    return new AbstractList<>() {
      @Override
      public Object get(int index) {
        return BigInteger.valueOf(start + step * index);
      }

      @Override
      public int size() {
        return size;
      }
    };
  }
}
