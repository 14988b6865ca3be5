package io.herd.udfs.sample;

import java.io.Serializable;

/**
 * A label to choose.
 *
 * @param value as it is stored and compared with the right answer
 * @param text as it is scored, to the last space
 */
public record Choice(String value, String text) implements Serializable {
  /** Creates a label that is scored as written and stored without surrounding space. */
  public static Choice of(String written) {
    return new Choice(written.strip(), written);
  }
}
