package io.herd.job.report;

import io.herd.job.cascade.CascadeReport;
import io.herd.job.output.AuditReport;
import io.herd.job.output.Profile;
import io.herd.job.output.Quality;
import io.herd.job.progress.Progress;
import io.herd.job.workdir.RunBudget;
import io.herd.udfs.runtime.Devices;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The report of a run; {@code run.json} has these fields, their names in snake case.
 *
 * @param schema of {@code run.json}
 * @param name of the configuration, as its file is called
 * @param started when, as ISO 8601 has it
 * @param outcome {@code done}, {@code failed_rows}, {@code stopped}, {@code user_error} or {@code
 *     system_error}
 * @param rowsIn rows of the snapshot; 0 when the run ended before they were counted
 * @param rowsOut rows of the output; 0 when the run ended before it was written
 * @param rowsOk rows of the output with a result
 * @param rowsFailed rows of the output without, each with its reason
 * @param rowsReused rows with a prompt whose result was in the log, or that equal another row
 * @param rowsGenerated prompts that the engine worked on in this run; with {@code rows_reused} and
 *     the rows that have no prompt they are {@code rows_in}. 0 when the generate step didn't end
 * @param tokensIn prompt tokens of the ok rows, also of reused ones
 * @param tokensOut completion tokens of the ok rows, also of reused ones
 * @param tokensCopied prompt tokens of the rows generated in this run, samples too, that weren't
 *     computed, because other prompts begin with them, too
 * @param secondsByStep time of each step, by its name
 * @param tokensPerSecond tokens computed by the engine, prompts and completions, per second of the
 *     generate step
 * @param rowsPerSecond rows generated in this run per second of the generate step
 * @param engines which hosts let a GPU go unused; host and device of each engine, what it wrote
 *     when it was tried out, and whether it ran out of memory
 * @param engineBusy share of the tasks' time with an engine, from 0 to 1, that the model computed;
 *     the rest is waiting for rows and work around the model
 * @param labelShare probability of all labels together among all that the model could have written,
 *     on average over the rows that were labelled in this run; null where none was, and with {@code
 *     labelling.multi}
 * @param throughput the generate step over time
 * @param executors the most that were there at the end of a step
 * @param cost of these from the run's begin to its end and of the tokens, or null without a price
 * @param costPerThousand cost of 1,000 rows that were generated in this run, or null without any
 * @param budget what was used of it, or null without one
 * @param profile lengths, labels, reasons of the output's rows
 * @param audit what the output was found to hold, or null when it wasn't written
 * @param accuracy share of right answers, or null without a gold column
 * @param quality more of the same, or null without a gold column
 * @param cascade what was promised of two models and what their sample showed, or null
 * @param previous the run before on this work-dir, or null
 * @param error what ended the run early, or null
 * @param environment versions and machine of the driver, by name
 */
public record RunReport(
    int schema,
    String name,
    String started,
    String outcome,
    int exitCode,
    long rowsIn,
    long rowsOut,
    long rowsOk,
    long rowsFailed,
    long rowsReused,
    long rowsGenerated,
    long tokensIn,
    long tokensOut,
    long tokensCopied,
    double seconds,
    Map<String, Double> secondsByStep,
    double tokensPerSecond,
    double rowsPerSecond,
    Model model,
    List<String> engines,
    double engineBusy,
    Double labelShare,
    List<Progress> throughput,
    int executors,
    Double cost,
    Double costPerThousand,
    RunBudget budget,
    Profile profile,
    AuditReport audit,
    Double accuracy,
    Quality quality,
    CascadeReport cascade,
    PreviousRun previous,
    String error,
    Map<String, String> environment,
    Map<String, Object> configuration) {

  /** The schema that this version writes; 0.1.0's reports had none. */
  public static final int SCHEMA = 2;

  public RunReport {
    secondsByStep = new LinkedHashMap<>(secondsByStep);
  }

  /** A lower share indicates labels in a form that the model doesn't write. */
  public static final double LOW_LABEL_SHARE = 0.1;

  /** Returns the messages about unused GPUs. */
  public List<String> unusedGpus() {
    return engines.stream().filter(Devices::isWarning).toList();
  }

  /** The model as it was used. */
  public record Model(String id, String commit, String dtype, long parameters) {}
}
