package io.herd.job.config;

import com.typesafe.config.Config;
import io.herd.udfs.grammar.Format;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a configuration file. What counts, first to last: overrides, the file, {@code
 * conf/reference.conf}. The environment counts only where the file names it, as {@code ${?NAME}};
 * Java's system properties never do.
 */
public final class SettingsReader {
  private SettingsReader() {}

  /**
   * Reads and checks everything.
   *
   * @param file in HOCON; a relative path is taken from {@code callerDirectory}
   * @param overrides {@code herd.some.key=value}; the last of equal keys wins
   * @param callerDirectory what relative paths in the file and the overrides are taken from
   * @throws io.herd.udfs.UserException with every problem, each with its file and line
   */
  public static Settings read(Path file, List<String> overrides, Path callerDirectory) {
    return read(file, overrides, CallerPaths.here(callerDirectory));
  }

  /**
   * Reads and checks everything, for a driver that may run on a cluster.
   *
   * @param file in HOCON; a relative path is taken from the caller's directory
   * @param overrides {@code herd.some.key=value}; the last of equal keys wins
   * @param paths what relative paths in the file and the overrides are taken from
   * @throws io.herd.udfs.UserException with every problem, each with its file and line
   */
  public static Settings read(Path file, List<String> overrides, CallerPaths paths) {
    Problems problems = new Problems(shown(file, paths.callerDirectory()));
    Values values = values(file, overrides, paths, problems);
    new Contradictions(values, problems).findInJob();
    new PathOverlaps(values, problems).find();
    Settings settings = settings(name(file), values, paths, problems);
    return values.isSet(Keys.VARIANT)
        ? settings
        : settings.with(variants(values, file, overrides, paths));
  }

  /** The variants of a configuration by their names, each as if it alone were asked for. */
  private static Map<String, Settings> variants(
      Values values, Path file, List<String> overrides, CallerPaths paths) {
    Map<String, Settings> variants = new LinkedHashMap<>();
    for (String name : values.get(Keys.VARIANTS).of().keySet()) {
      List<String> chosen = new ArrayList<>(overrides);
      chosen.add("herd.variant=" + name);
      variants.put(name, read(file, chosen, paths));
    }
    return variants;
  }

  /**
   * Checks each key and value in isolation, and opens none of the files that they name. Where one
   * names a variable, nothing is checked: variables are the driver's.
   *
   * @return {@code herd.run.work-dir}, where it is set
   * @throws io.herd.udfs.UserException with every problem that was found
   */
  public static Optional<String> look(Path file, List<String> overrides, CallerPaths paths) {
    Problems problems = new Problems(shown(file, paths.callerDirectory()));
    if (new HoconSource(paths.callerDirectory(), problems).namesVariables(file, overrides)) {
      return Optional.empty();
    }
    Values values = values(file, overrides, paths, problems);
    problems.throwIfAny();
    return values.find(Keys.WORK_DIR);
  }

  private static Values values(
      Path file, List<String> overrides, CallerPaths paths, Problems problems) {
    Path directory = paths.callerDirectory();
    Config user = new HoconSource(directory, problems).load(file, overrides);
    new UnknownKeys(directory, problems).find(user.root());
    return new Values(new ChosenVariant(directory, problems).in(user), paths, problems);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
  }

  /**
   * Reads and checks the settings of a library call. Its rows come from the caller and go back to
   * it, so the keys of input and output are refused, and {@code herd.run.work-dir} may be missing.
   *
   * @param overrides {@code herd.some.key=value}; the last of equal keys wins
   * @param callerDirectory what relative paths are taken from
   * @throws io.herd.udfs.UserException with every problem
   */
  public static Settings readCall(List<String> overrides, Path callerDirectory) {
    CallerPaths paths = CallerPaths.here(callerDirectory);
    Problems problems = new Problems("of this call");
    Config user = new HoconSource(paths.callerDirectory(), problems).load(overrides);
    Values values = new Values(user, paths, problems);
    new Contradictions(values, problems).findInCall();
    return settings("", values, paths, problems);
  }

  private static Settings settings(
      String name, Values values, CallerPaths paths, Problems problems) {
    Optional<Format> format = new FormatKeys(values, paths, problems).read();
    new ToolsFile(values, problems).read();
    problems.throwIfAny();
    new LabellingRules(values, problems).dropIdle();
    new ModerationRules(values, problems).settle();
    CascadeRules.dropIdle(values);
    Settings settings = new Settings(name, values, format.orElse(null));
    new ColumnRules(values, problems, settings.answers()).find(settings.columns());
    problems.throwIfAny();
    return settings;
  }

  private static String shown(Path file, Path directory) {
    Path absolute = directory.resolve(file).normalize();
    return (absolute.startsWith(directory) ? directory.relativize(absolute) : absolute).toString();
  }
}
