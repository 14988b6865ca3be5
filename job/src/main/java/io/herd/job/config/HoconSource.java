package io.herd.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import io.herd.udfs.UserException;
import io.herd.udfs.files.BoundedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the user's file, checks its syntax, resolves its substitutions, and refuses tokens in it.
 */
final class HoconSource {
  static final String TOKEN_FOUND =
      "holds what looks like a Hugging Face token (hf_****). Remove it and put the token into the"
          + " environment variable HF_TOKEN; if others could read it here, revoke it on the Hub";

  /** Maximum size of the file and of each included file. */
  static final int MOST_BYTES = 16 << 20;

  private final Path callerDirectory;
  private final Problems problems;

  HoconSource(Path callerDirectory, Problems problems) {
    this.callerDirectory = callerDirectory;
    this.problems = problems;
  }

  /** Returns the keys that the user set, without defaults. Only the environment is substituted. */
  Config load(Path file, List<String> overrides) {
    Path absolute = callerDirectory.resolve(file).normalize();
    findTokens(absolute, file);
    Config overridden = new Overrides(problems).parse(overrides);
    try {
      Config parsed = ConfigFactory.parseFile(absolute.toFile(), options());
      Config resolved = overridden.withFallback(parsed).resolve();
      findTokens(resolved.root());
      return resolved;
    } catch (ConfigException e) {
      problems.add(place(e.origin()), "can't be read: " + withoutPlace(e));
      problems.throwIfAny();
      throw e;
    } catch (StackOverflowError e) { // the reader goes one call deeper for each bracket
      problems.add(problems.wholeFile(), "nests too deep. Close its brackets");
      problems.throwIfAny();
      throw e;
    }
  }

  /** Returns the keys that overrides alone set. */
  Config load(List<String> overrides) {
    Config resolved = new Overrides(problems).parse(overrides).resolve();
    findTokens(resolved.root());
    return resolved;
  }

  boolean namesVariables(Path file, List<String> overrides) {
    return (text(callerDirectory.resolve(file)) + overrides).contains("${");
  }

  private ConfigParseOptions options() {
    return ConfigParseOptions.defaults()
        .setAllowMissing(false)
        .setSyntax(ConfigSyntax.CONF)
        .prependIncluder(new Includes(problems));
  }

  private void findTokens(Path absolute, Path file) {
    if (!Files.isRegularFile(absolute)) {
      throw new UserException(
          "There is no configuration file " + file + " (looked at " + absolute + ").",
          "give the path of a file; relative paths are taken from the current directory.");
    }
    List<String> lines = text(absolute).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (SecretText.holdsHubToken(lines.get(i))) {
        problems.add(new Place(problems.wholeFile().name(), i + 1), TOKEN_FOUND);
      }
    }
  }

  private static String text(Path file) {
    try {
      return BoundedFile.text(file, MOST_BYTES, "check that it is the configuration.");
    } catch (IOException e) {
      throw new UserException(
          "The configuration file " + file + " can't be read: " + e.getMessage() + ".",
          "check its permissions and its disk.",
          e);
    }
  }

  /** Looks for tokens in values from included files and the environment. */
  private void findTokens(ConfigValue value) {
    if (value instanceof ConfigObject group) {
      group.values().forEach(this::findTokens);
    } else if (value instanceof ConfigList list) {
      list.forEach(this::findTokens);
    } else if (SecretText.holdsHubToken(String.valueOf(value.unwrapped()))) {
      Place place = place(value.origin());
      if (!problems.hasAt(place)) {
        problems.add(place, TOKEN_FOUND);
      }
    }
  }

  private Place place(ConfigOrigin origin) {
    return origin == null ? problems.wholeFile() : Place.of(origin, callerDirectory);
  }

  private static String withoutPlace(ConfigException e) {
    String prefix = e.origin() == null ? "" : e.origin().description() + ": ";
    String message = e.getMessage();
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }
}
