package io.herd.job.review;

import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects invalid lines of a file: the first ones, and their number. */
final class BadLines {
  private static final int TOLD = 20;

  private final Path file;
  private final List<String> told = new ArrayList<>();
  private long all;

  BadLines(Path file) {
    this.file = file;
  }

  void add(long line, String problem) {
    all++;
    if (told.size() < TOLD) {
      told.add(String.format(Locale.ROOT, "line %,d %s", line, problem));
    }
  }

  /** Throws if there are any. */
  void refuse() {
    if (all == 0) {
      return;
    }
    String more = all > TOLD ? String.format(Locale.ROOT, "; and %,d more", all - TOLD) : "";
    throw new UserException(
        String.format(Locale.ROOT, "%s has %,d lines that can't be taken: ", file, all)
            + String.join("; ", told)
            + more,
        "correct them, or leave right empty there; nothing was written.");
  }
}
