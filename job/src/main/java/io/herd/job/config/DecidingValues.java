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
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The values of the keys that determine the rows and result keys of a snapshot, as texts for a
 * digest. Their form is that of the first version, which the digests in work-dirs were made from:
 * how settings are shown, and how classes print, may change and this not.
 */
final class DecidingValues {
  private static final String ENGINE = "engine";

  /** Keys of later versions: omitted unless they are set, so that the digests don't change. */
  private static final Set<Key<?>> LATER =
      Set.of(
          Keys.PROMPT_KWARGS,
          Keys.PROMPT_TOOLS,
          Keys.PROMPT_ON_EMPTY,
          Keys.OUTPUT_ORDER,
          Keys.LANES,
          Keys.LOOKUP,
          Keys.ENGINE_KIND,
          Keys.TASK,
          Keys.MODERATION_PROMPT,
          Keys.MODERATION_RESPONSE,
          Keys.MODERATION_CATEGORIES,
          Keys.MODERATION_EXCLUDE,
          Keys.MODERATION_THRESHOLD,
          Keys.CASCADE_AGREEMENT,
          Keys.CASCADE_ACCURACY,
          Keys.CASCADE_CONFIDENCE,
          Keys.CASCADE_SAMPLE,
          Keys.CASCADE_SEED);

  /** The default values of those keys. */
  private static final Set<Optional<?>> NOT_SET =
      Set.of(
          Optional.empty(),
          Optional.of(OptionalInt.empty()),
          Optional.of(Settings.OnEmpty.GENERATE),
          Optional.of(Settings.Lookup.AUTO),
          Optional.of(Settings.EngineKind.LOCAL));

  private final UnaryOperator<String> texts;
  private final UnaryOperator<Map<String, String>> options;

  private DecidingValues(UnaryOperator<String> texts, UnaryOperator<Map<String, String>> options) {
    this.texts = texts;
    this.options = options;
  }

  /**
   * Returns the values by the first word of the keys, in the order of {@link Keys#ALL}. Texts are
   * whole: two that differ in a user's name before an {@code @} are two. Secrets among options are
   * left out.
   */
  static Map<String, String> whole(Values values) {
    return new DecidingValues(text -> text, SecretText::withoutSecrets).of(values);
  }

  /** Returns the values in the form of the first version, with masked parts. */
  static Map<String, String> masked(Values values) {
    return new DecidingValues(SecretText::mask, SecretText::maskOptions).of(values);
  }

  private Map<String, String> of(Values values) {
    Map<String, String> all = new LinkedHashMap<>();
    values
        .tree(key -> decides(values, key), this::text)
        .forEach((name, tree) -> all.put(name, name.equals(ENGINE) ? engine(tree) : group(tree)));
    return all;
  }

  private static boolean decides(Values values, Key<?> key) {
    return key.decidesRows() && !(LATER.contains(key) && NOT_SET.contains(values.find(key)));
  }

  /** Formats a text, or a group of texts with their names. */
  private static String group(Object tree) {
    return tree instanceof Map<?, ?> group
        ? group.entrySet().stream()
            .map(member -> member.getKey() + "=" + group(member.getValue()))
            .collect(Collectors.joining(", ", "{", "}"))
        : (String) tree;
  }

  /** Formats the engine's keys, whose form differs from the others'. */
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

  private String text(Object value) {
    if (value == null) {
      return "null";
    } else if (value instanceof OptionalInt number) {
      return number.isPresent() ? "OptionalInt[" + number.getAsInt() + "]" : "OptionalInt.empty";
    } else if (value instanceof Optional<?> time) {
      return time.isPresent() ? "Optional[" + (Duration) time.get() + "]" : "Optional.empty";
    } else if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    } else if (value instanceof Map<?, ?> group) {
      return group(options.apply(strings(group)));
    } else if (value instanceof Categories categories) {
      return group(categories.of());
    } else if (value instanceof Choice choice) {
      return choice.equals(Choice.of(choice.text()))
          ? text(choice.text())
          : "{text=" + text(choice.text()) + ", value=" + text(choice.value()) + "}";
    } else if (value instanceof Message message) {
      return "{content=" + text(message.content()) + ", role=" + message.role() + "}";
    } else if (value instanceof Collection<?> several) {
      return several.stream().map(this::text).collect(Collectors.joining(", ", "[", "]"));
    } else if (value instanceof String string) {
      return texts.apply(string);
    } else if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new IllegalStateException("no text for a " + value.getClass());
  }

  private static Map<String, String> strings(Map<?, ?> options) {
    return options.entrySet().stream()
        .collect(
            Collectors.toMap(each -> each.getKey().toString(), each -> each.getValue().toString()));
  }
}
