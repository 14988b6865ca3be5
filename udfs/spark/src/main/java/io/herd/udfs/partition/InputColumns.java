package io.herd.udfs.partition;

import java.io.Serializable;
import java.util.List;

/**
 * The input's columns, and which of them say more than what the prompt is made of.
 *
 * @param names all of them, in their order
 * @param id the one that names a row, or null for its number
 * @param choices the one with each row's own choices, or null
 * @param newTokens the one with each row's own most new tokens, or null
 */
public record InputColumns(List<String> names, String id, String choices, String newTokens)
    implements Serializable {

  public InputColumns {
    names = List.copyOf(names);
  }

  int count() {
    return names.size();
  }
}
