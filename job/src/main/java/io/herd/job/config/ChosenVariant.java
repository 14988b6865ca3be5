package io.herd.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.Set;

/** Applies the keys of the variant that {@code herd.variant} names to the user's values. */
final class ChosenVariant {
  private static final String ALL = "herd.variants";
  private static final String CHOSEN = "herd.variant";

  /** Only these keys may differ, so that variants can be compared. */
  private static final Set<String> GROUPS =
      Set.of(
          "model",
          "prompt",
          "generate",
          "choices",
          "choices-column",
          "labelling",
          "task",
          "moderation",
          "format",
          "engine");

  private final Path callerDirectory;
  private final Problems problems;

  ChosenVariant(Path callerDirectory, Problems problems) {
    this.callerDirectory = callerDirectory;
    this.problems = problems;
  }

  Config in(Config user) {
    if (!user.hasPath(CHOSEN)) {
      return user;
    }
    ConfigValue chosen = user.getValue(CHOSEN);
    String path = ALL + "." + ConfigUtil.quoteString(String.valueOf(chosen.unwrapped()));
    if (!user.hasPath(path)) {
      add(chosen, CHOSEN + ": there is no such variant among herd.variants");
      return user;
    }
    if (!(user.getValue(path) instanceof ConfigObject keys)) {
      return user; // which the key's type says
    }
    keys.forEach(
        (group, value) -> {
          if (!GROUPS.contains(group)) {
            add(value, path + "." + group + ": is the same for all variants. Set herd." + group);
          }
        });
    Config own = keys.toConfig().atPath("herd");
    new UnknownKeys(callerDirectory, problems).find(own.root());
    return own.withFallback(user);
  }

  private void add(ConfigValue value, String problem) {
    problems.add(Place.of(value.origin(), callerDirectory), problem);
  }
}
