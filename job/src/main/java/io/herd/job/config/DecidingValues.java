package io.herd.job.config;

import io.herd.udfs.sample.Choice;
import io.herd.udfs.text.Message;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The values of the keys that decide which rows and result keys a snapshot has, as texts for a
 * digest. Their form is that of the first version, which the digests in work-dirs were made from:
 * how settings are shown, and how classes print, may change and this not.
 */
final class DecidingValues {
  private static final String ENGINE = "engine";

  private DecidingValues() {}

  /** By the first word of the keys, in the order of {@link Keys#ALL}. */
  static Map<String, String> of(Values values) {
    Map<String, String> texts = new LinkedHashMap<>();
    values
        .tree(Key::decidesRows, DecidingValues::text)
        .forEach((name, tree) -> texts.put(name, name.equals(ENGINE) ? engine(tree) : group(tree)));
    return texts;
  }

  /** A text, or a group of them by their names. */
  private static String group(Object tree) {
    return tree instanceof Map<?, ?> group
        ? group.entrySet().stream()
            .map(member -> member.getKey() + "=" + group(member.getValue()))
            .collect(Collectors.joining(", ", "{", "}"))
        : (String) tree;
  }

  /** The engine's keys are written in another form than the others. */
  private static String engine(Object tree) {
    return ((Map<?, ?>) tree)
        .entrySet().stream()
            .map(member -> camelCase((String) member.getKey()) + "=" + member.getValue())
            .collect(Collectors.joining(", ", "Engine[", "]"));
  }

  private static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("-", -1)) {
      boolean first = camel.isEmpty();
      camel.append(
          first ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return camel.toString();
  }

  private static String text(Object value) {
    if (value == null) {
      return "null";
    } else if (value instanceof OptionalInt number) {
      return number.isPresent() ? "OptionalInt[" + number.getAsInt() + "]" : "OptionalInt.empty";
    } else if (value instanceof Optional<?> time) {
      return time.isPresent() ? "Optional[" + (Duration) time.get() + "]" : "Optional.empty";
    } else if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    } else if (value instanceof Map<?, ?> options) {
      return group(SecretText.maskOptions(options));
    } else if (value instanceof Choice choice) {
      return choice.equals(Choice.of(choice.text()))
          ? text(choice.text())
          : "{text=" + text(choice.text()) + ", value=" + text(choice.value()) + "}";
    } else if (value instanceof Message message) {
      return "{content=" + text(message.content()) + ", role=" + message.role() + "}";
    } else if (value instanceof Collection<?> texts) {
      return texts.stream().map(DecidingValues::text).collect(Collectors.joining(", ", "[", "]"));
    } else if (value instanceof String string) {
      return SecretText.mask(string);
    } else if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new IllegalStateException("no text for a " + value.getClass());
  }
}
