package io.herd.job.config;

import static io.herd.job.config.ValueType.quote;

import com.typesafe.config.ConfigValue;
import io.herd.udfs.text.Policy;
import java.util.Map;
import java.util.TreeMap;

/**
 * The categories of unsafe content, by code.
 *
 * @param of a code, its description; in one order in every JVM
 */
record Categories(Map<String, String> of) {
  /** A group whose keys are codes. */
  static ValueType<Categories> type() {
    return new Type(ListTypes.options());
  }

  private record Type(ValueType<Map<String, String>> group) implements ValueType<Categories> {
    @Override
    public Categories read(ConfigValue value) {
      Map<String, String> categories = new TreeMap<>(group.read(value));
      categories.forEach(Type::check);
      return new Categories(categories);
    }

    private static void check(String code, String text) {
      if (!Policy.CODE.matcher(code).matches()) {
        throw new IllegalArgumentException("has " + quote(code) + ", which is not a code");
      }
      if (text.isBlank()) {
        throw new IllegalArgumentException("has no description of " + code);
      }
    }

    @Override
    public String allowed() {
      return "a group of codes in braces, such as S1 and O3, each with its description";
    }

    @Override
    public boolean isOpenGroup() {
      return true;
    }
  }
}
