package io.herd.udfs.model;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What Llama 4's layers have beside a Llama's.
 *
 * @param rotated of each layer, whether its queries and keys are rotated; the others know no
 *     positions
 * @param chunk positions; a rotated layer's queries see the keys of their own chunk alone
 * @param equalLengths whether a rotated layer's queries and keys are normalized behind the rotation
 * @param floorScale positions behind which the other layers' queries grow, by a step for each so
 *     many
 * @param attnScale how much they grow; 0 for not at all
 */
public record Llama4(
    List<Boolean> rotated, int chunk, boolean equalLengths, int floorScale, double attnScale)
    implements Serializable {

  public Llama4 {
    rotated = List.copyOf(rotated);
  }

  /** Of a stage's layers, as {@code llama4.py} takes them: a 1 or a 0 of each. */
  String rotated(int first, int layers) {
    return rotated.subList(first, first + layers).stream()
        .map(each -> each ? "1" : "0")
        .collect(Collectors.joining());
  }
}
