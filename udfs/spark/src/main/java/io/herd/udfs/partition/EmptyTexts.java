package io.herd.udfs.partition;

import java.util.Collection;
import java.util.Map;

/** Finds rows without text, for which a model would make something up. */
final class EmptyTexts {
  private EmptyTexts() {}

  /** Whether there are texts among these values, nested ones too, or nulls, and all are blank. */
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
