package io.herd.job.config;

import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.text.PromptSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One run's configuration, as {@code conf/reference.conf} documents it key by key. Driver only: the
 * parts that travel to executors are {@link PromptSettings}, {@link GenerateSettings} and {@link
 * Labelling}.
 */
public record Settings(
    Model model,
    Hub hub,
    Input input,
    PromptSettings prompt,
    ExampleFile examples,
    GenerateSettings generate,
    Optional<String> newTokensColumn,
    Labelling labelling,
    Optional<String> goldColumn,
    Output output,
    Run run,
    Engine engine) {

  /**
   * Which model: exactly one of {@code path} and {@code id} is there.
   *
   * @param distribution how executors come by the files of {@code id}
   * @param staging the folder for staged files; empty for one in the work-dir
   */
  public record Model(
      Optional<Path> path,
      Optional<String> id,
      String revision,
      Distribution distribution,
      Optional<String> staging,
      DtypeChoice dtype,
      Device device) {}

  /** {@code herd.model.distribution}. */
  public enum Distribution {
    AUTO,
    HUB,
    STAGED,
    LOCAL
  }

  /**
   * What the environment doesn't say of the Hub; empty means as the environment says.
   *
   * @param cache in the layout that Python's client uses too, on every node
   * @param tokenFile holds the token and nothing else
   */
  public record Hub(Optional<URI> endpoint, Optional<Path> cache, Optional<Path> tokenFile) {}

  /** {@code herd.model.dtype}. */
  public enum DtypeChoice {
    AUTO,
    BFLOAT16,
    FLOAT32,
    INT8
  }

  /** {@code herd.model.device}. */
  public enum Device {
    AUTO,
    CPU,
    CUDA
  }

  /**
   * Where rows come from: exactly one of {@code path}, {@code table} and {@code sql} is there.
   *
   * @param format of the files at {@code path}; empty with a table or a query
   * @param path absolute, or a URI; may be a glob
   */
  public record Input(
      String format,
      Optional<String> path,
      Optional<String> table,
      Optional<String> sql,
      Map<String, String> options,
      Optional<String> schema,
      Optional<String> idColumn) {}

  /**
   * Rows with their answers, which prompts begin with; none when there is no {@code path}.
   *
   * @param answer a template over their columns
   * @param k how many of the first rows
   */
  public record ExampleFile(
      Optional<String> path, String format, Map<String, String> options, String answer, int k) {}

  /** Where rows go: exactly one of {@code path} and {@code table} is there. */
  public record Output(
      String format,
      Optional<String> path,
      Optional<String> table,
      Mode mode,
      Map<String, String> options,
      List<String> partitionBy) {}

  /** {@code herd.output.mode}, in Spark's words. */
  public enum Mode {
    ERRORIFEXISTS,
    OVERWRITE,
    APPEND
  }

  /**
   * How the run keeps its work.
   *
   * @param workDir a local path or a URI of a Hadoop file system; empty in a call of the library
   *     that keeps nothing
   * @param maxFailedFraction failed rows above this fraction end the run with exit code 4
   * @param checkpointRows a task writes its results after so many rows
   * @param checkpointEvery or after this time, whichever comes first; empty for what suits the
   *     number of tasks
   * @param stop what ends it early
   * @param costPerExecutorHour in whatever currency
   */
  public record Run(
      String workDir,
      double maxFailedFraction,
      int checkpointRows,
      Optional<Duration> checkpointEvery,
      Stop stop,
      Optional<Double> costPerExecutorHour) {}

  /**
   * What ends a run before all rows are done.
   *
   * @param maxDuration from its begin to the end of the generate step
   * @param maxFailedRows more failed rows end it
   * @param publishPartial whether the output is written when the time is over
   */
  public record Stop(
      Optional<Duration> maxDuration, OptionalInt maxFailedRows, boolean publishPartial) {

    /** Nothing. */
    public static final Stop NEVER = new Stop(Optional.empty(), OptionalInt.empty(), false);
  }

  /**
   * Empty means auto.
   *
   * @param memory MiB of the KV cache
   * @param stepTimeout after which a forward pass is taken to hang
   */
  public record Engine(
      OptionalInt slots,
      OptionalInt memory,
      OptionalInt maxLength,
      OptionalInt threads,
      Optional<Duration> stepTimeout,
      boolean deterministic) {}
}
