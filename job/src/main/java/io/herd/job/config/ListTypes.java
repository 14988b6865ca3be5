package io.herd.job.config;

import static io.herd.job.config.ValueType.quote;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.herd.udfs.sample.Choice;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values that consist of several texts. */
final class ListTypes {
  private ListTypes() {}

  /** A list of non-empty texts. */
  static ValueType<List<String>> texts() {
    return new Texts();
  }

  /** A list of texts, none blank and no two equal apart from surrounding space. */
  static ValueType<List<String>> distinctTexts(String noun) {
    return new DistinctTexts(noun, new Texts());
  }

  /** Labels to choose from: texts, or groups with {@code value} and {@code text}. */
  static ValueType<List<Choice>> choices() {
    return new Choices();
  }

  /**
   * Options of a Spark source: a group with arbitrary keys; {@code a.b} and {@code a { b }} are the
   * same key.
   */
  static ValueType<Map<String, String>> options() {
    return new Options();
  }

  /** One web address, or a list of them. */
  static ValueType<List<URI>> webAddresses() {
    return new WebAddresses(TextTypes.webAddress());
  }

  private record WebAddresses(ValueType<URI> one) implements ValueType<List<URI>> {
    @Override
    public List<URI> read(ConfigValue value) {
      if (!(value instanceof ConfigList list)) {
        return List.of(one.read(value));
      }
      List<URI> read = list.stream().map(one::read).distinct().toList();
      if (read.isEmpty()) {
        throw new IllegalArgumentException("is an empty list");
      }
      return read;
    }

    @Override
    public String allowed() {
      return one.allowed() + "; or a list of them";
    }
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

  private record Choices() implements ValueType<List<Choice>> {
    @Override
    public List<Choice> read(ConfigValue value) {
      if (!(value instanceof ConfigList list)) {
        throw new IllegalArgumentException("is not a list");
      }
      List<Choice> choices = new ArrayList<>();
      Set<String> values = new HashSet<>();
      Set<String> texts = new HashSet<>();
      for (ConfigValue element : list) {
        Choice choice =
            element instanceof ConfigObject group ? choice(group) : Choice.of(filled(element));
        once(values, choice.value());
        once(texts, choice.text());
        choices.add(choice);
      }
      return List.copyOf(choices);
    }

    private static Choice choice(ConfigObject group) {
      if (!group.keySet().equals(Set.of("value", "text"))) {
        throw new IllegalArgumentException(
            "holds a group with the keys " + group.keySet() + ", not value and text");
      }
      return new Choice(filled(group.get("value")).strip(), filled(group.get("text")));
    }

    private static String filled(ConfigValue value) {
      String text = ValueType.textOf(value);
      if (text.isBlank()) {
        throw new IllegalArgumentException("holds a blank label");
      }
      return text;
    }

    private static void once(Set<String> seen, String text) {
      if (!seen.add(text)) {
        throw new IllegalArgumentException(
            "holds the label " + quote(text) + " twice (space around it aside)");
      }
    }

    @Override
    public String allowed() {
      return "a list of labels, each once: texts, or { value = ..., text = ... }";
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
