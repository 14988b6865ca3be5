package io.herd.udfs.sample;

import java.io.Serializable;

/**
 * A label to choose.
 *
 * @param value as it is stored and compared with the right answer
 * @param text as it is scored, to the last space
 */
public record Choice(String value, String text) implements Serializable {
  /** A label that is scored as it is written and stored without the space around it. */
  public static Choice of(String written) {
    return new Choice(written.strip(), written);
  }
}
