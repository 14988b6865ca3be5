package io.herd.udfs.template.values;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Python's tuple. Its items may be null, which is None.
 *
 * @param names of the items, where they have some, as what {@code groupby} gives
 */
public record Tuple(List<Object> items, List<String> names) {
  public Tuple {
    items = Collections.unmodifiableList(items);
  }

  public Tuple(List<Object> items) {
    this(items, List.of());
  }

  public static Tuple of(Object... items) {
    return new Tuple(Arrays.asList(items));
  }
}
