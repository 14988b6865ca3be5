package io.herd.udfs.partition;

import java.util.Collection;
import java.util.Map;

/** Finds rows without text, for which a model would invent an answer. */
final class EmptyTexts {
  private EmptyTexts() {}

  /**
   * Returns whether these values, including nested ones, contain texts or nulls and all texts are
   * blank.
   */
  static boolean are(Collection<?> values) {
    boolean any = false;
    for (Object value : values) {
      if (value instanceof Map<?, ?> group) {
        value = group.values();
      }
      if (value instanceof Collection<?> several) {
        if (!several.isEmpty() && !are(several)) {
          return false;
        }
        any = true;
      } else if (value == null || value instanceof CharSequence) {
        if (value != null && !value.toString().isBlank()) {
          return false;
        }
        any = true;
      }
    }
    return any;
  }
}
