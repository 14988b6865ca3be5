package io.herd.job.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

/** How one kind of value is read from HOCON, and which values are allowed. */
interface ValueType<T> {
  /**
   * Reads a non-null value.
   *
   * @throws IllegalArgumentException with what is wrong, as the end of a sentence: "is not a ..."
   */
  T read(ConfigValue value);

  /** Makes the paths in a value absolute, for types that are paths. */
  default T resolved(T value, CallerPaths paths) {
    return value;
  }

  /** Describes the allowed values with range and unit: "true or false". */
  String allowed();

  /** Returns whether an override's text is the value itself, even if it looks like HOCON. */
  default boolean isFreeText() {
    return false;
  }

  /** Returns whether the value is a group with arbitrary keys. */
  default boolean isOpenGroup() {
    return hasTypedMembers();
  }

  /** Returns whether such a group may also contain numbers, booleans and lists. */
  default boolean hasTypedMembers() {
    return false;
  }

  /** Returns a single value's text as written, so that {@code 1e3} or {@code 007} don't change. */
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

  /** Quotes a text, shortened if it is long. */
  static String quote(String text) {
    String line = text.replace("\n", "\\n");
    return '"' + (line.length() <= 60 ? line : line.substring(0, 57) + "...") + '"';
  }
}
