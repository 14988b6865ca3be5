package io.herd.job.config;

import com.typesafe.config.Config;
import io.herd.job.config.Settings.Engine;
import io.herd.job.config.Settings.ExampleFile;
import io.herd.job.config.Settings.Hub;
import io.herd.job.config.Settings.Input;
import io.herd.job.config.Settings.Model;
import io.herd.job.config.Settings.Output;
import io.herd.job.config.Settings.Run;
import io.herd.job.config.Settings.Stop;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.PromptSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads a configuration file. What counts, first to last: overrides, the file, {@code
 * conf/reference.conf}. The environment counts only where the file names it, as {@code ${?NAME}};
 * Java's system properties never do.
 */
public final class SettingsReader {
  private final Values values;
  private final CallerPaths paths;
  private final Optional<Format> format;

  private SettingsReader(Values values, CallerPaths paths, Optional<Format> format) {
    this.values = values;
    this.paths = paths;
    this.format = format;
  }

  /**
   * Reads and checks everything.
   *
   * @param file in HOCON; a relative path is taken from {@code callerDirectory}
   * @param overrides {@code herd.some.key=value}; the last of equal keys wins
   * @param callerDirectory what relative paths in the file and the overrides are taken from
   * @throws io.herd.udfs.UserException with every problem, each with its file and line
   */
  public static Settings read(Path file, List<String> overrides, Path callerDirectory) {
    Path directory = callerDirectory.toAbsolutePath().normalize();
    Problems problems = new Problems(shown(file, directory));
    Config user = new HoconSource(directory, problems).load(file, overrides);
    new UnknownKeys(directory, problems).find(user.root());
    Values values = new Values(user, directory, problems);
    CallerPaths paths = new CallerPaths(directory);
    new Contradictions(values, problems).findInJob();
    new PathOverlaps(values, paths, problems).find();
    Optional<Format> format = new FormatKeys(values, paths, problems).read();
    problems.throwIfAny();
    return new SettingsReader(values, paths, format).settings();
  }

  /**
   * Reads and checks what a call of the library sets. Its rows come from the caller and go back to
   * it, so the keys of input and output are refused, and {@code herd.run.work-dir} may be missing.
   *
   * @param overrides {@code herd.some.key=value}; the last of equal keys wins
   * @param callerDirectory what relative paths are taken from
   * @throws io.herd.udfs.UserException with every problem
   */
  public static Settings readCall(List<String> overrides, Path callerDirectory) {
    Path directory = callerDirectory.toAbsolutePath().normalize();
    Problems problems = new Problems("of this call");
    Config user = new HoconSource(directory, problems).load(overrides);
    Values values = new Values(user, directory, problems);
    CallerPaths paths = new CallerPaths(directory);
    new Contradictions(values, problems).findInCall();
    Optional<Format> format = new FormatKeys(values, paths, problems).read();
    problems.throwIfAny();
    return new SettingsReader(values, paths, format).settings();
  }

  private static String shown(Path file, Path directory) {
    Path absolute = directory.resolve(file).normalize();
    return (absolute.startsWith(directory) ? directory.relativize(absolute) : absolute).toString();
  }

  private Settings settings() {
    return new Settings(
        model(),
        hub(),
        input(),
        prompt(),
        examples(),
        generate(),
        values.find(Keys.MAX_NEW_TOKENS_COLUMN),
        labelling(),
        values.find(Keys.GOLD_COLUMN),
        output(),
        run(),
        engine());
  }

  private Model model() {
    return new Model(
        values.find(Keys.MODEL_PATH).map(paths::local),
        values.find(Keys.MODEL_ID),
        values.get(Keys.MODEL_REVISION),
        values.get(Keys.MODEL_DISTRIBUTION),
        path(Keys.MODEL_STAGING),
        values.get(Keys.MODEL_DTYPE),
        values.get(Keys.MODEL_DEVICE));
  }

  private Hub hub() {
    return new Hub(
        values.find(Keys.HUB_ENDPOINT),
        values.find(Keys.HUB_CACHE).map(paths::local),
        values.find(Keys.HUB_TOKEN_FILE).map(paths::local));
  }

  private Input input() {
    return new Input(
        values.find(Keys.INPUT_FORMAT).orElse(""),
        path(Keys.INPUT_PATH),
        values.find(Keys.INPUT_TABLE),
        values.find(Keys.INPUT_SQL),
        values.get(Keys.INPUT_OPTIONS),
        values.find(Keys.INPUT_SCHEMA),
        values.find(Keys.INPUT_ID_COLUMN));
  }

  private PromptSettings prompt() {
    return new PromptSettings(
        values.get(Keys.PROMPT_COLUMN),
        values.get(Keys.PROMPT_TEMPLATE),
        values.find(Keys.PROMPT_MESSAGES).orElse(List.of()),
        values.get(Keys.PROMPT_MESSAGES_COLUMN),
        values.get(Keys.PROMPT_SYSTEM),
        values.get(Keys.PROMPT_CHAT),
        values.get(Keys.PROMPT_SPECIAL_TOKENS),
        values.get(Keys.PROMPT_DATE),
        values.get(Keys.PROMPT_ON_OVERFLOW),
        values.get(Keys.PROMPT_TRUNCATE_COLUMN));
  }

  private ExampleFile examples() {
    return new ExampleFile(
        path(Keys.EXAMPLES_PATH),
        values.find(Keys.EXAMPLES_FORMAT).orElse(""),
        values.get(Keys.EXAMPLES_OPTIONS),
        values.find(Keys.EXAMPLES_ANSWER).orElse(""),
        values.get(Keys.EXAMPLES_K));
  }

  private GenerateSettings generate() {
    return new GenerateSettings(
        values.get(Keys.MAX_NEW_TOKENS),
        values.get(Keys.MIN_NEW_TOKENS),
        values.get(Keys.IGNORE_EOS),
        values.get(Keys.STOP),
        values.get(Keys.SEED),
        sampling(),
        values.get(Keys.SAMPLES),
        values.get(Keys.LOGPROBS),
        format.orElse(null));
  }

  private Labelling labelling() {
    Labelling.Questions questions =
        new Labelling.Questions(
            values.get(Keys.QUESTION),
            values.get(Keys.YES),
            values.get(Keys.NO),
            values.get(Keys.THRESHOLD));
    return new Labelling(
        values.get(Keys.CHOICES),
        values.get(Keys.CHOICES_COLUMN),
        values.get(Keys.NORMALIZE),
        values.get(Keys.CALIBRATE) ? values.get(Keys.CONTENT_FREE) : null,
        values.get(Keys.ABSTAIN_BELOW),
        values.get(Keys.MULTI) ? questions : null);
  }

  private Sampling sampling() {
    return new Sampling(
        values.get(Keys.TEMPERATURE),
        values.get(Keys.TOP_K),
        values.get(Keys.TOP_P),
        values.get(Keys.MIN_P),
        values.get(Keys.REPETITION_PENALTY),
        values.get(Keys.PRESENCE_PENALTY),
        values.get(Keys.FREQUENCY_PENALTY));
  }

  private Output output() {
    return new Output(
        values.get(Keys.OUTPUT_FORMAT),
        path(Keys.OUTPUT_PATH),
        values.find(Keys.OUTPUT_TABLE),
        values.get(Keys.OUTPUT_MODE),
        values.get(Keys.OUTPUT_OPTIONS),
        values.get(Keys.PARTITION_BY));
  }

  private Run run() {
    return new Run(
        path(Keys.WORK_DIR).orElse(""),
        values.get(Keys.MAX_FAILED_FRACTION),
        values.get(Keys.CHECKPOINT_ROWS),
        values.get(Keys.CHECKPOINT_EVERY),
        new Stop(
            values.find(Keys.MAX_DURATION),
            values.find(Keys.MAX_FAILED_ROWS).map(OptionalInt::of).orElse(OptionalInt.empty()),
            values.get(Keys.PUBLISH_PARTIAL)),
        values.find(Keys.COST));
  }

  private Engine engine() {
    return new Engine(
        values.get(Keys.SLOTS),
        values.get(Keys.MEMORY),
        values.get(Keys.MAX_LENGTH),
        values.get(Keys.THREADS),
        values.get(Keys.STEP_TIMEOUT),
        values.get(Keys.DETERMINISTIC));
  }

  private Optional<String> path(Key<String> key) {
    return values.find(key).map(paths::resolve);
  }
}
