package io.herd.udfs.engine;

import java.util.Locale;

/** Why a completion ended. */
public enum FinishReason {
  /** The model wrote an end-of-text token, or a stop string was reached. */
  STOP,
  /** {@code max-new-tokens} were reached. */
  LENGTH,
  /** A label was chosen. */
  CHOICE;

  /** Returns the reason as outputs write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
