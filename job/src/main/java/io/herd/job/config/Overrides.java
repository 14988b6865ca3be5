package io.herd.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns {@code herd.some.key=value} arguments into configuration; the last of equal keys wins. */
final class Overrides {
  private static final Place PLACE = new Place(Place.OVERRIDE, 0);
  private static final Pattern IN_QUOTES = Pattern.compile("\"(?:[^\"\\\\]++|\\\\.)*+\"");

  private final Problems problems;

  Overrides(Problems problems) {
    this.problems = problems;
  }

  Config parse(List<String> arguments) {
    Config parsed = ConfigFactory.empty();
    for (String argument : arguments) {
      parsed = parse(argument).withFallback(parsed);
    }
    return parsed;
  }

  private Config parse(String argument) {
    if (SecretText.holdsHubToken(argument)) {
      problems.add(PLACE, HoconSource.TOKEN_FOUND);
    }
    int equals = argument.indexOf('=');
    if (equals < 1) {
      problems.add(
          PLACE,
          ValueType.quote(argument)
              + " is not key=value. Example: herd.generate.max-new-tokens=64");
      return ConfigFactory.empty();
    }
    String path = argument.substring(0, equals).strip();
    Optional<Key<?>> key = Keys.owner(path);
    if (key.isEmpty()) {
      problems.add(PLACE, UnknownKeys.describe(path));
      return ConfigFactory.empty();
    }
    return config(key.get(), path, argument.substring(equals + 1));
  }

  private Config config(Key<?> key, String path, String text) {
    ConfigValue value = path.equals(key.path()) ? value(key, text) : inGroup(key, text);
    try {
      ConfigUtil.splitPath(path);
      return value.withOrigin(Place.overrideOrigin()).atPath(path);
    } catch (ConfigException.BadPath e) {
      problems.add(PLACE, path + ": not a key; put quotes around its unusual characters");
      return ConfigFactory.empty();
    }
  }

  /** Text as it stands, or without its quotes; of other keys HOCON, where that gives a value. */
  private static ConfigValue value(Key<?> key, String text) {
    if (text.equals("null")) {
      return ConfigValueFactory.fromAnyRef(null, Place.OVERRIDE);
    }
    if (key.type().isFreeText()) {
      return IN_QUOTES.matcher(text).matches()
          ? hocon(text).orElseGet(() -> string(text))
          : string(text);
    }
    return hocon(text).filter(value -> isReadable(key, value)).orElseGet(() -> string(text));
  }

  /**
   * Reads a member of an open group: text without its quotes, unless the group also has other
   * types.
   */
  private static ConfigValue inGroup(Key<?> key, String text) {
    return key.type().hasTypedMembers() || IN_QUOTES.matcher(text).matches()
        ? hocon(text).orElseGet(() -> string(text))
        : string(text);
  }

  private static Optional<ConfigValue> hocon(String text) {
    try {
      return Optional.of(ConfigFactory.parseString("value = " + text).resolve().getValue("value"));
    } catch (ConfigException e) {
      return Optional.empty();
    }
  }

  private static boolean isReadable(Key<?> key, ConfigValue value) {
    try {
      key.type().read(value);
      return true;
    } catch (IllegalArgumentException e) {
      // a list or a group is what was meant, so the complaint should be about its content
      return value.valueType() != com.typesafe.config.ConfigValueType.STRING;
    }
  }

  private static ConfigValue string(String text) {
    return ConfigValueFactory.fromAnyRef(text, Place.OVERRIDE);
  }
}
