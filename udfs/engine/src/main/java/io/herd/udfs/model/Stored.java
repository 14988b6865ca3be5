package io.herd.udfs.model;

import io.herd.udfs.checkpoint.WeightTensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tensor of a checkpoint, and the updates that adapters add to it.
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

  /** Returns all tensors that have to be read for it, in order. */
  Stream<WeightTensor> read() {
    return Stream.concat(
        updates.stream().flatMap(update -> update.tensors().stream()), Stream.of(tensor));
  }
}
