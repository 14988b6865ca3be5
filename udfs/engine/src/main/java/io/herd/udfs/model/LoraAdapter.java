package io.herd.udfs.model;

import io.herd.udfs.checkpoint.WeightTensor;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A LoRA adapter as PEFT saves it, checked against the model that it is merged into.
 *
 * @param updates by the names of the model's tensors
 * @param replaced tensors that take the place of the model's
 */
record LoraAdapter(boolean dora, Map<String, LowRank> updates, Map<String, WeightTensor> replaced) {
  /** Returns the names of the changed tensors. */
  Set<String> changed() {
    Set<String> names = new TreeSet<>(updates.keySet());
    names.addAll(replaced.keySet());
    return names;
  }
}
