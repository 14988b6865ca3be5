package io.herd.job.config;

import com.typesafe.config.ConfigValueFactory;
import io.herd.udfs.UserException;
import java.time.Duration;

/** Reads a time on the command line, written as in the configuration. */
public final class TimeText {
  private TimeText() {}

  /**
   * Reads a time.
   *
   * @param name of the option
   * @param example of a time for it
   */
  public static Duration read(String name, String text, String example) {
    ValueType<Duration> type = NumberTypes.duration(Duration.ofSeconds(1));
    try {
      return type.read(ConfigValueFactory.fromAnyRef(text));
    } catch (IllegalArgumentException e) {
      throw new UserException(
          name + ": " + e.getMessage() + ".",
          "give " + type.allowed() + ", for example " + name + " " + example + ".",
          e);
    }
  }
}
