package io.herd.job.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A configuration key: the single definition of how it is read, checked and explained. What it
 * means and its default are in {@code conf/reference.conf}, which a test holds equal to {@link
 * Keys#ALL}.
 *
 * @param path the full key, such as {@code herd.model.path}
 * @param type how its value is read and what values there are
 * @param example a value, as one would write it in a configuration file
 * @param decidesRows whether it decides which rows and result keys a snapshot has: an unfinished
 *     run is resumed only while these keys keep their values
 */
record Key<T>(String path, ValueType<T> type, String example, boolean decidesRows) {

  /** Returns the key's last word, as written inside its group. */
  String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Returns the allowed values, for the end of a problem's message. */
  String allowed() {
    return "Allowed: " + type.allowed() + ". Example: " + name() + " = " + example;
  }

  /** Returns the key's groups, outermost first: {@code herd}, {@code herd.model}. */
  List<String> groups() {
    List<String> groups = new ArrayList<>();
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      groups.add(path.substring(0, dot));
    }
    return groups;
  }
}
