package io.herd.udfs.model;

import io.herd.udfs.sample.Sampling;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** How the next token of each row of a pass is chosen. */
public record Picking(List<TokenChoice> rows) {

  /** Top-p looks at this many of the likeliest tokens first; they nearly always suffice. */
  private static final int NUCLEUS_CANDIDATES = 1024;

  public Picking {
    rows = List.copyOf(rows);
  }

  /** The most likely token of each row. */
  public static Picking greedy(int rows) {
    return new Picking(Collections.nCopies(rows, TokenChoice.GREEDY));
  }

  /** The same for chosen rows only. */
  Picking only(int[] chosen) {
    return new Picking(Arrays.stream(chosen).mapToObj(rows::get).toList());
  }

  /** Whether any row's token is drawn. */
  boolean draws() {
    return rows.stream().anyMatch(row -> row.sampling().draws());
  }

  /** So many likeliest tokens are told of each row. */
  int logprobs() {
    return rows.stream().mapToInt(TokenChoice::logprobs).max().orElse(0);
  }

  /** Tokens that nearly always suffice to be ranked; 0 when all are drawn from. */
  int candidates(int vocabulary) {
    int most = 0;
    for (TokenChoice row : rows) {
      Sampling sampling = row.sampling();
      if (sampling.filters()) {
        boolean nucleus = sampling.topK() == 0 && sampling.topP() < 1;
        most = Math.max(most, nucleus ? NUCLEUS_CANDIDATES : Math.max(1, sampling.topK()));
      }
    }
    return Math.min(most, vocabulary);
  }
}
