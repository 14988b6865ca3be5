package io.herd.udfs.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * A tensor of a checkpoint, and what adapters add to it.
 *
 * @param updates in their order
 */
record Stored(Safetensors.Tensor tensor, List<LowRank> updates) {

  static Stored plain(Safetensors.Tensor tensor) {
    return new Stored(tensor, List.of());
  }

  Stored with(LowRank update) {
    return new Stored(tensor, Stream.concat(updates.stream(), Stream.of(update)).toList());
  }

  /** All that has to be read for it, in the order in which it is needed. */
  Stream<Safetensors.Tensor> read() {
    return Stream.concat(
        updates.stream().flatMap(update -> update.tensors().stream()), Stream.of(tensor));
  }
}
