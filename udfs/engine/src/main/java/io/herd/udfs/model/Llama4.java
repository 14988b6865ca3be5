package io.herd.udfs.model;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The properties of Llama 4's layers beyond a Llama's.
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

  /**
   * Returns the rotated layers of a stage in the form that {@code llama4.py} expects: 1 or 0 for
   * each.
   */
  String rotated(int first, int layers) {
    return rotated.subList(first, first + layers).stream()
        .map(each -> each ? "1" : "0")
        .collect(Collectors.joining());
  }
}
