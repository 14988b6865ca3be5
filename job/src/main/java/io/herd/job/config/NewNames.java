package io.herd.job.config;

import com.typesafe.config.ConfigValue;
import java.util.Map;

/**
 * New names for columns.
 *
 * @param of a column, its new name
 */
record NewNames(Map<String, String> of) {
  /** A group whose keys are columns. */
  static ValueType<NewNames> type() {
    return new Type(ListTypes.options());
  }

  private record Type(ValueType<Map<String, String>> group) implements ValueType<NewNames> {
    @Override
    public NewNames read(ConfigValue value) {
      return new NewNames(group.read(value));
    }

    @Override
    public String allowed() {
      return "a group of columns in braces, each with its new name";
    }

    @Override
    public boolean isOpenGroup() {
      return true;
    }
  }
}
