package io.herd.job.config;

import static io.herd.job.config.ValueType.quote;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values that hold several texts. */
final class ListTypes {
  private ListTypes() {}

  /** A list of texts; none is empty. */
  static ValueType<List<String>> texts() {
    return new Texts();
  }

  /** A list of texts, none blank and no two the same apart from space around them. */
  static ValueType<List<String>> distinctTexts(String noun) {
    return new DistinctTexts(noun, new Texts());
  }

  /**
   * Options of a Spark source: a group with keys of its own; {@code a.b} and {@code a { b }} are
   * one key.
   */
  static ValueType<Map<String, String>> options() {
    return new Options();
  }

  private record Texts() implements ValueType<List<String>> {
    @Override
    public List<String> read(ConfigValue value) {
      if (!(value instanceof ConfigList list)) {
        throw new IllegalArgumentException("is not a list");
      }
      List<String> texts = new ArrayList<>();
      for (ConfigValue element : list) {
        String text = ValueType.textOf(element);
        if (text.isEmpty()) {
          throw new IllegalArgumentException("holds an empty text");
        }
        texts.add(text);
      }
      return List.copyOf(texts);
    }

    @Override
    public String allowed() {
      return "a list of texts";
    }
  }

  private record DistinctTexts(String noun, Texts texts) implements ValueType<List<String>> {
    @Override
    public List<String> read(ConfigValue value) {
      List<String> read = texts.read(value);
      Set<String> seen = new HashSet<>();
      for (String text : read) {
        if (text.isBlank()) {
          throw new IllegalArgumentException("holds a blank " + noun);
        }
        if (!seen.add(text.strip())) {
          throw new IllegalArgumentException(
              "holds the " + noun + " " + quote(text.strip()) + " twice (space around it aside)");
        }
      }
      return read;
    }

    @Override
    public String allowed() {
      return "a list of texts, each once";
    }
  }

  private record Options() implements ValueType<Map<String, String>> {
    @Override
    public Map<String, String> read(ConfigValue value) {
      if (!(value instanceof ConfigObject group)) {
        throw new IllegalArgumentException("is not a group of options in braces");
      }
      Map<String, String> options = new LinkedHashMap<>();
      collect("", group, options);
      return Map.copyOf(options);
    }

    @Override
    public String allowed() {
      return "a group of options, each with one value";
    }

    @Override
    public boolean isOpenGroup() {
      return true;
    }

    private static void collect(String prefix, ConfigObject group, Map<String, String> options) {
      group.forEach(
          (name, value) -> {
            if (value instanceof ConfigObject inner) {
              collect(prefix + name + ".", inner, options);
            } else {
              options.put(prefix + name, option(prefix + name, value));
            }
          });
    }

    private static String option(String name, ConfigValue value) {
      try {
        return ValueType.textOf(value);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("option " + name + " " + e.getMessage(), e);
      }
    }
  }
}
