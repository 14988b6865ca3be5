package io.herd.job.config;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseable;
import java.io.File;
import java.util.stream.Stream;

/** Includes that must be there: HOCON skips a file that isn't, and with it what a run was told. */
final class Includes implements ConfigIncluder, ConfigIncluderFile {
  private final Problems problems;
  private final ConfigIncluder usual;

  Includes(Problems problems) {
    this(problems, null);
  }

  private Includes(Problems problems, ConfigIncluder usual) {
    this.problems = problems;
    this.usual = usual;
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return new Includes(problems, usual == null ? fallback : usual.withFallback(fallback));
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    ConfigObject included = usual.include(context, what);
    boolean found =
        !included.isEmpty()
            || Stream.of("", ".conf", ".json", ".properties")
                .anyMatch(ending -> isFile(context.relativeTo(what + ending)));
    require(found, what);
    return included;
  }

  private static boolean isFile(ConfigParseable near) {
    return near != null
        && near.origin().filename() != null
        && new File(near.origin().filename()).exists();
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    require(what.exists(), what.toString());
    return ((ConfigIncluderFile) usual).includeFile(context, what);
  }

  private void require(boolean found, String what) {
    if (!found) {
      problems.add(
          problems.wholeFile(),
          "include %s: there is no such file. Correct its name, or remove the line"
              .formatted(ValueType.quote(what)));
    }
  }
}
