package io.herd.job.config;

import io.herd.udfs.sample.Choice;
import io.herd.udfs.text.Message;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The settings in effect in a run, in the order of {@code conf/reference.conf} and with secrets
 * masked, for {@code run.json} and the report.
 */
final class ShownValues {
  private ShownValues() {}

  /**
   * Returns groups as maps, and leaves as strings, numbers, booleans, lists, or null if not set.
   */
  static Map<String, Object> of(Values values) {
    return values.tree(key -> true, ShownValues::plain);
  }

  private static Object plain(Object value) {
    if (value instanceof Optional<?> time) { // a key without a value has null here
      return time.isPresent() ? plain(time.get()) : "auto";
    } else if (value instanceof OptionalInt number) {
      return number.isPresent() ? number.getAsInt() : "auto";
    } else if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    } else if (value instanceof Duration time) {
      return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    } else if (value instanceof Map<?, ?> options) {
      return ShownText.options(options);
    } else if (value instanceof Variants variants) {
      return texts(variants.of());
    } else if (value instanceof NewNames names) {
      return texts(names.of());
    } else if (value instanceof Categories categories) {
      return texts(categories.of());
    } else if (value instanceof Choice choice) {
      return choice.equals(Choice.of(choice.text()))
          ? plain(choice.text())
          : new TreeMap<>( // in one order in every JVM
              Map.of("value", plain(choice.value()), "text", plain(choice.text())));
    } else if (value instanceof AdapterSource adapter) {
      return adapter.plain()
          ? plain(adapter.from())
          : new TreeMap<>(Map.of("from", plain(adapter.from()), "weight", adapter.weight()));
    } else if (value instanceof Message message) {
      return new TreeMap<>(
          Map.of("role", message.role(), "content", ShownText.of(message.content())));
    } else if (value instanceof Collection<?> texts) {
      return texts.stream().map(ShownValues::plain).toList();
    } else if (value instanceof String || value instanceof URI) {
      return ShownText.of(value.toString());
    }
    return value;
  }

  private static Map<String, String> texts(Map<String, String> texts) {
    Map<String, String> shown = new TreeMap<>(); // in one order in every JVM
    texts.forEach((name, text) -> shown.put(name, ShownText.of(text)));
    return shown;
  }
}
