package io.herd.job.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

/** How one kind of value is read from HOCON, and what may be written instead of a bad one. */
interface ValueType<T> {
  /**
   * Reads a value that is not null.
   *
   * @throws IllegalArgumentException with what is wrong, as the end of a sentence: "is not a ..."
   */
  T read(ConfigValue value);

  /** The value with its paths made absolute, for types that are paths. */
  default T resolved(T value, CallerPaths paths) {
    return value;
  }

  /** The allowed values with range and unit: "true or false". */
  String allowed();

  /** True when an override's text is the value itself, whatever it looks like as HOCON. */
  default boolean isFreeText() {
    return false;
  }

  /** True when the value is a group whose keys are the user's own. */
  default boolean isOpenGroup() {
    return false;
  }

  /**
   * True when such a group's values are numbers, truth values and lists, too, and not texts alone.
   */
  default boolean hasTypedMembers() {
    return false;
  }

  /**
   * A single value's text as it was written, so that {@code 1e3} or {@code 007} stay themselves.
   */
  static String textOf(ConfigValue value) {
    ConfigValueType type = value.valueType();
    if (type == ConfigValueType.LIST) {
      throw new IllegalArgumentException("is a list, and one value is wanted");
    }
    if (type == ConfigValueType.OBJECT) {
      throw new IllegalArgumentException("is a group of keys, and one value is wanted");
    }
    if (type == ConfigValueType.NULL) {
      throw new IllegalArgumentException("holds null");
    }
    return value.atKey("value").getString("value");
  }

  /** A text in quotes, cut when it is long. */
  static String quote(String text) {
    String line = text.replace("\n", "\\n");
    return '"' + (line.length() <= 60 ? line : line.substring(0, 57) + "...") + '"';
  }
}
