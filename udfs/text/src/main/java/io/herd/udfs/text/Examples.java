package io.herd.udfs.text;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Rows with the wanted answers, with which every prompt begins (few-shot).
 *
 * @param answer a Jinja template over an example's columns, or null when there are no rows
 * @param rows the columns of each example by name
 */
public record Examples(String answer, List<Map<String, Object>> rows) implements Serializable {
  public static final Examples NONE = new Examples(null, List.of());

  public Examples {
    rows = List.copyOf(rows);
  }
}
