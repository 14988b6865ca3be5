package io.herd.udfs.engine;

import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.model.SamplingParams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a decode pass is fed: each row's last token, its position, and how the next is chosen. */
record DecodeInput(int[] ids, int[] positions, SamplingBatch sampling) {

  /**
   * For the given rows.
   *
   * @param width rows of the pass; those beyond the given ones are fed anything
   */
  static DecodeInput of(List<ActiveRequest> rows, int width) {
    int[] ids = new int[width];
    int[] positions = new int[width];
    for (int i = 0; i < rows.size(); i++) {
      ids[i] = rows.get(i).lastId();
      positions[i] = rows.get(i).lastPosition();
    }
    return new DecodeInput(ids, positions, sampling(rows, width));
  }

  static SamplingBatch sampling(List<ActiveRequest> rows, int width) {
    List<SamplingParams> params =
        new ArrayList<>(Collections.nCopies(width, SamplingParams.GREEDY));
    for (int i = 0; i < rows.size(); i++) {
      params.set(i, rows.get(i).nextSampling());
    }
    return new SamplingBatch(params);
  }
}
