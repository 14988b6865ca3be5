package io.herd.udfs.model;

import io.herd.udfs.sample.Sampling;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** How the next token of each row of a pass is sampled. */
public record SamplingBatch(List<SamplingParams> rows) {

  /** Top-p looks at this many of the likeliest tokens first; they nearly always suffice. */
  private static final int NUCLEUS_CANDIDATES = 1024;

  public SamplingBatch {
    rows = List.copyOf(rows);
  }

  /** The most likely token of each row. */
  public static SamplingBatch greedy(int rows) {
    return new SamplingBatch(Collections.nCopies(rows, SamplingParams.GREEDY));
  }

  /** Of these rows alone. */
  SamplingBatch only(int[] chosen) {
    return new SamplingBatch(Arrays.stream(chosen).mapToObj(rows::get).toList());
  }

  /** Whether any row's token is drawn. */
  boolean draws() {
    return rows.stream().anyMatch(row -> row.sampling().draws());
  }

  /** How many of the likeliest tokens, with their log-probabilities, are wanted of each row. */
  int logprobs() {
    return rows.stream().mapToInt(SamplingParams::logprobs).max().orElse(0);
  }

  /** How many tokens to rank, which nearly always suffice; 0 when all are drawn from. */
  int candidates(int vocabulary) {
    int most = 0;
    for (SamplingParams row : rows) {
      Sampling sampling = row.sampling();
      if (sampling.filters()) {
        boolean nucleus = sampling.topK() == 0 && sampling.topP() < 1;
        most = Math.max(most, nucleus ? NUCLEUS_CANDIDATES : Math.max(1, sampling.topK()));
      }
    }
    return Math.min(most, vocabulary);
  }
}
