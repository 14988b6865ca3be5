package io.herd.udfs.engine;

import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.model.SamplingParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The input of a decode pass: the last token of each row and the tokens proposed after it, with
 * their positions, and how the token after each is sampled.
 *
 * @param lengths tokens of each row
 */
record DecodeInput(int[] lengths, int[] ids, int[] positions, SamplingBatch sampling) {

  /**
   * Builds the input for the given rows.
   *
   * @param proposed for each, or empty
   * @param width tokens of the pass; those beyond are of further rows and fed anything
   */
  static DecodeInput of(List<ActiveRequest> rows, int[][] proposed, int width) {
    int rest = width - rows.size() - Arrays.stream(proposed).mapToInt(ids -> ids.length).sum();
    int[] lengths = new int[rows.size() + rest];
    Arrays.fill(lengths, 1);
    int[] ids = new int[width];
    int[] positions = new int[width];
    List<SamplingParams> params = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      ActiveRequest row = rows.get(i);
      int at = params.size();
      lengths[i] = 1 + proposed[i].length;
      ids[at] = row.lastId();
      System.arraycopy(proposed[i], 0, ids, at + 1, proposed[i].length);
      for (int n = 0; n < lengths[i]; n++) {
        positions[at + n] = row.lastPosition() + n;
      }
      params.addAll(row.samplings(proposed[i]));
    }
    while (params.size() < width) {
      params.add(SamplingParams.GREEDY);
    }
    return new DecodeInput(lengths, ids, positions, new SamplingBatch(params));
  }

  /** Returns the sampling parameters after prompts. */
  static SamplingBatch sampling(List<ActiveRequest> prompts) {
    return new SamplingBatch(
        prompts.stream().map(row -> row.samplings(Proposals.NOTHING).get(0)).toList());
  }
}
