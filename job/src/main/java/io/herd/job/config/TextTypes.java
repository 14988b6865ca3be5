package io.herd.job.config;

import static io.herd.job.config.ValueType.quote;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import io.herd.udfs.hub.RepoId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Values that consist of one word or text. */
final class TextTypes {
  private TextTypes() {}

  /** Any text that is not blank. */
  static ValueType<String> text() {
    return new Text("text that is not blank", text -> text, (paths, text) -> text);
  }

  /** A path or URI of any file system. */
  static ValueType<String> path() {
    return new Text(
        "a path, or a URI such as s3a://bucket/folder",
        TextTypes::withoutTilde,
        CallerPaths::resolve);
  }

  /** A path on this machine. */
  static ValueType<String> localPath() {
    return new Text(
        "a local directory", TextTypes::local, (paths, path) -> paths.local(path).toString());
  }

  /** A file on this machine. */
  static ValueType<String> localFile() {
    return new Text(
        "a file on this machine", TextTypes::local, (paths, path) -> paths.local(path).toString());
  }

  static ValueType<String> modelId() {
    return new Text(
        "a model of the Hugging Face Hub, as owner/name", TextTypes::hubName, (paths, id) -> id);
  }

  /** The address of a server, without a trailing slash. */
  static ValueType<URI> webAddress() {
    return new WebAddress();
  }

  /** A constant of an enum, written in lower case. */
  static <E extends Enum<E>> ValueType<E> oneOf(Class<E> constants) {
    return new OneOf<>(constants);
  }

  static ValueType<Boolean> truth() {
    return new Truth();
  }

  private static String withoutTilde(String path) {
    if (path.equals("~") || path.startsWith("~/")) {
      throw new IllegalArgumentException(
          quote(path) + " starts with ~, which is not expanded here; write ${HOME}\"/...\"");
    }
    return path;
  }

  private static String local(String path) {
    if (CallerPaths.hasScheme(path) && !path.startsWith("file:/")) {
      throw new IllegalArgumentException(quote(path) + " is not on this machine");
    }
    return withoutTilde(path);
  }

  private static String hubName(String id) {
    if (!RepoId.valid(id)) {
      throw new IllegalArgumentException(
          quote(id) + " is not a name on the Hub; a local directory goes into herd.model.path");
    }
    return id;
  }

  private record Text(
      String allowed, UnaryOperator<String> check, BiFunction<CallerPaths, String, String> resolve)
      implements ValueType<String> {
    @Override
    public String read(ConfigValue value) {
      String text = ValueType.textOf(value);
      if (text.isBlank()) {
        throw new IllegalArgumentException("is blank; omit the key for its default");
      }
      return check.apply(text);
    }

    @Override
    public String resolved(String text, CallerPaths paths) {
      return resolve.apply(paths, text);
    }

    @Override
    public boolean isFreeText() {
      return true;
    }
  }

  private record WebAddress() implements ValueType<URI> {
    @Override
    public URI read(ConfigValue value) {
      String text = ValueType.textOf(value);
      try {
        URI address = new URI(text.replaceFirst("/+$", ""));
        if (List.of("https", "http").contains(String.valueOf(address.getScheme()))
            && address.getHost() != null
            && address.getUserInfo() == null) {
          return address;
        }
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(quote(text) + " is not an address", e);
      }
      throw new IllegalArgumentException(quote(text) + " is not an address");
    }

    @Override
    public String allowed() {
      return "the address of a server, https://... or http://..., without a user or password";
    }
  }

  private record OneOf<E extends Enum<E>>(Class<E> constants) implements ValueType<E> {
    @Override
    public E read(ConfigValue value) {
      String text = ValueType.textOf(value);
      return Arrays.stream(constants.getEnumConstants())
          .filter(constant -> word(constant).equals(text))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException(quote(text) + " is not one of its values"));
    }

    @Override
    public String allowed() {
      return Arrays.stream(constants.getEnumConstants())
          .map(OneOf::word)
          .collect(Collectors.joining(", "));
    }

    private static String word(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private record Truth() implements ValueType<Boolean> {
    @Override
    public Boolean read(ConfigValue value) {
      String text = ValueType.textOf(value);
      try {
        return value.atKey("value").getBoolean("value");
      } catch (ConfigException.WrongType e) {
        throw new IllegalArgumentException(quote(text) + " is neither true nor false", e);
      }
    }

    @Override
    public String allowed() {
      return "true or false";
    }
  }
}
