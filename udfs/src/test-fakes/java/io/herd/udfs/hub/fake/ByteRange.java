package io.herd.udfs.hub.fake;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of a file that a request asks for. */
record ByteRange(long from, long to) {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

  /** Empty when all of it is asked for, or in a way that servers ignore. */
  static Optional<ByteRange> of(FakeRequest request, long size) {
    Matcher range = RANGE.matcher(request.header("range").orElse(""));
    if (!range.matches() || range.group().equals("bytes=-")) {
      return Optional.empty();
    }
    if (range.group(1).isEmpty()) {
      return Optional.of(new ByteRange(Math.max(0, size - Long.parseLong(range.group(2))), size));
    }
    long from = Long.parseLong(range.group(1));
    long to = range.group(2).isEmpty() ? size : Long.parseLong(range.group(2)) + 1;
    return Optional.of(new ByteRange(from, Math.min(to, size)));
  }

  boolean satisfiable() {
    return from < to;
  }
}
