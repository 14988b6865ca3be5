package io.herd.udfs.hub;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Environment variables, read as the Hub's own clients read them. */
record Variables(Map<String, String> values, Path userHome) {
  private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");
  private static final Pattern REFERENCE = Pattern.compile("\\$(?:\\{(\\w+)\\}|(\\w+))");

  /** Returns the first of these variables that isn't blank. */
  Optional<String> text(String... names) {
    return Stream.of(names)
        .map(name -> values.getOrDefault(name, "").strip())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  /** Returns whether the first of these variables that isn't blank is true. */
  boolean flag(String... names) {
    return text(names).filter(value -> TRUE.contains(value.toLowerCase(Locale.ROOT))).isPresent();
  }

  /** Returns a path, with {@code ~} and {@code $NAME} replaced. */
  Optional<Path> path(String... names) {
    return text(names).map(this::expand);
  }

  private Path expand(String text) {
    String replaced = REFERENCE.matcher(text).replaceAll(this::value);
    if (replaced.equals("~")) {
      return userHome;
    }
    return replaced.startsWith("~/") ? userHome.resolve(replaced.substring(2)) : Path.of(replaced);
  }

  /** Replaces a reference; an unknown variable stays as written. */
  private String value(MatchResult reference) {
    String name = reference.group(1) == null ? reference.group(2) : reference.group(1);
    return Matcher.quoteReplacement(values.getOrDefault(name, reference.group()));
  }
}
