package io.herd.chaos;

import java.util.stream.IntStream;

/** The schedules of a suite that are run, by {@code herd.chaos.SUITE}: 40, or 41-80. */
final class Seeds {
  private Seeds() {}

  static IntStream of(String suite) {
    String only = System.getProperty("herd.chaos.only");
    if (only != null) {
      int dash = only.lastIndexOf('-');
      boolean here = only.substring(0, dash).equals(suite);
      return here ? IntStream.of(Integer.parseInt(only.substring(dash + 1))) : IntStream.empty();
    }
    String[] ends = System.getProperty("herd.chaos." + suite).split("-", 2);
    int last = Integer.parseInt(ends[ends.length - 1]);
    return IntStream.rangeClosed(ends.length == 1 ? 1 : Integer.parseInt(ends[0]), last);
  }
}
