package io.herd.udfs.engine;

import java.util.Locale;

/** Why a completion ended. */
public enum FinishReason {
  /** The model wrote an end-of-text token, or a stop string was reached. */
  STOP,
  /** {@code max-new-tokens} were generated. */
  LENGTH,
  /** A label was chosen. */
  CHOICE;

  /** As outputs write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
