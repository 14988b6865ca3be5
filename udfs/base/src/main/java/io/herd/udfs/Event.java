package io.herd.udfs;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log line for machines: an event and its data, as {@code key=value}. The logger is {@code
 * herd.events}, on executors as on the driver.
 */
public final class Event {
  private static final Logger LOG = LoggerFactory.getLogger("herd.events");

  private final StringBuilder line = new StringBuilder();

  private Event(String name) {
    line.append("event=").append(name);
  }

  public static Event of(String name) {
    return new Event(name);
  }

  /** Adds a pair; a value that isn't a plain word is quoted, and stays on one line. */
  public Event with(String key, Object value) {
    String text = String.valueOf(value);
    line.append(' ').append(key).append('=');
    if (text.matches("[\\w./:@+-]+")) {
      line.append(text);
    } else {
      line.append('"')
          .append(
              PlainText.of(
                  text.replace("\\", "\\\\")
                      .replace("\"", "\\\"")
                      .replaceAll("\\R", "\\\\n")
                      .replace('\t', ' ')))
          .append('"');
    }
    return this;
  }

  public void log() {
    LOG.info(line.toString());
  }

  @Override
  public String toString() {
    return line.toString();
  }
}
