package io.herd.chaos;

import java.util.stream.IntStream;

/** Which schedules of a suite are run: {@code herd.chaos.SUITE} says how many. */
final class Seeds {
  private Seeds() {}

  static IntStream of(String suite) {
    String only = System.getProperty("herd.chaos.only");
    if (only != null) {
      int dash = only.lastIndexOf('-');
      boolean here = only.substring(0, dash).equals(suite);
      return here ? IntStream.of(Integer.parseInt(only.substring(dash + 1))) : IntStream.empty();
    }
    return IntStream.rangeClosed(1, Integer.getInteger("herd.chaos." + suite));
  }
}
