package io.herd.udfs.model;

import io.herd.udfs.sample.Sampling;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** How the next token of each row of a pass is sampled. */
public record SamplingBatch(List<SamplingParams> rows) {

  /** Number of most likely tokens that top-p examines first; they nearly always suffice. */
  private static final int NUCLEUS_CANDIDATES = 1024;

  public SamplingBatch {
    rows = List.copyOf(rows);
  }

  /** Returns greedy sampling for all rows. */
  public static SamplingBatch greedy(int rows) {
    return new SamplingBatch(Collections.nCopies(rows, SamplingParams.GREEDY));
  }

  /** Returns the parameters of some rows only. */
  SamplingBatch only(int[] chosen) {
    return new SamplingBatch(Arrays.stream(chosen).mapToObj(rows::get).toList());
  }

  /** Returns whether any row's token is drawn at random. */
  boolean draws() {
    return rows.stream().anyMatch(row -> row.sampling().draws());
  }

  /** Returns the number of most likely tokens whose log-probabilities are wanted for each row. */
  int logprobs() {
    return rows.stream().mapToInt(SamplingParams::logprobs).max().orElse(0);
  }

  /**
   * Returns the number of tokens to rank, which nearly always suffices; 0 when all tokens are
   * candidates.
   */
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
