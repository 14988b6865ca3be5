package io.herd.udfs.model;

import io.herd.udfs.checkpoint.WeightTensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tensor of a checkpoint, and what adapters add to it.
 *
 * @param updates in their order
 */
record Stored(WeightTensor tensor, List<LowRank> updates) {

  static Stored plain(WeightTensor tensor) {
    return new Stored(tensor, List.of());
  }

  Stored with(LowRank update) {
    return new Stored(tensor, Stream.concat(updates.stream(), Stream.of(update)).toList());
  }

  /** All that has to be read for it, in the order in which it is needed. */
  Stream<WeightTensor> read() {
    return Stream.concat(
        updates.stream().flatMap(update -> update.tensors().stream()), Stream.of(tensor));
  }
}
