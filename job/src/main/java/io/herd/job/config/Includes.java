package io.herd.job.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseable;
import java.io.File;
import java.net.URL;
import java.util.List;
import java.util.stream.Stream;

/**
 * Includes files, and refuses missing ones: HOCON would silently skip them and their settings.
 * Addresses are refused: who answers there would choose the model and the rows, and read any
 * variable of the environment.
 */
final class Includes implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL {
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
    if (what.matches("[A-Za-z][\\w+.-]+:.*")) {
      return refuseAddress(what);
    }
    List<File> near =
        Stream.of("", ".conf", ".json", ".properties")
            .map(ending -> file(context.relativeTo(what + ending)))
            .filter(File::exists)
            .toList();
    if (!near.stream().allMatch(Includes::readable)) {
      return refuseFile(what);
    }
    ConfigObject included = usual.include(context, what);
    require(!included.isEmpty() || !near.isEmpty(), what);
    return included;
  }

  private static File file(ConfigParseable near) {
    boolean known = near != null && near.origin().filename() != null;
    return new File(known ? near.origin().filename() : "");
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    require(what.exists(), what.toString());
    return !what.exists() || readable(what)
        ? ((ConfigIncluderFile) usual).includeFile(context, what)
        : refuseFile(what.toString());
  }

  /** Excludes pipes, which would block, and devices, which would never end. */
  private static boolean readable(File file) {
    return file.isFile() && file.length() <= HoconSource.MOST_BYTES;
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    return refuseAddress(what.toString());
  }

  private ConfigObject refuseAddress(String what) {
    return refuse(
        "include %s: only files can be included. Copy it here, and include the file"
            .formatted(ValueType.quote(ShownText.of(what))));
  }

  private ConfigObject refuseFile(String what) {
    return refuse(
        "include %s: is not a file, or is larger than 16 MiB. Correct its name, or remove the line"
            .formatted(ValueType.quote(what)));
  }

  private ConfigObject refuse(String problem) {
    problems.add(problems.wholeFile(), problem);
    return ConfigFactory.empty().root();
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
