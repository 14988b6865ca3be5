package io.herd.udfs.partition;

import io.herd.udfs.engine.EngineLease;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * The counters through which a stage's tasks report to the driver.
 *
 * @param rows done so far, failed ones included
 * @param begun rows that the engine has begun with
 * @param failed of them without a result
 * @param refused of these without having reached the engine
 * @param reasons for which a task's first row failed
 * @param promptTokens of the rows with a result
 * @param tokens generated for these
 * @param computed tokens of prompts and completions so far, also of rows in work
 * @param copied prompt tokens that weren't computed, because other prompts begin with them, too
 * @param labelShare probability of a row's labels together
 * @param warnings of devices that go unused
 * @param engines what each engine said when it was tried out, and what went wrong with it
 * @param computing milliseconds that the engines computed while tasks held them
 * @param prefilling of them with prompts
 * @param held milliseconds that tasks held them
 */
public record TaskCounters(
    LongAccumulator rows,
    LongAccumulator begun,
    LongAccumulator failed,
    LongAccumulator refused,
    CollectionAccumulator<String> reasons,
    LongAccumulator promptTokens,
    LongAccumulator tokens,
    LongAccumulator computed,
    LongAccumulator copied,
    DoubleAccumulator labelShare,
    CollectionAccumulator<String> warnings,
    CollectionAccumulator<String> engines,
    LongAccumulator computing,
    LongAccumulator prefilling,
    LongAccumulator held)
    implements RowCounter, Serializable {

  /** Creates counters, named in Spark's UI. */
  public static TaskCounters in(SparkContext spark) {
    return new TaskCounters(
        spark.longAccumulator("herd rows"),
        spark.longAccumulator("herd rows begun"),
        spark.longAccumulator("herd rows failed"),
        spark.longAccumulator("herd rows refused"),
        spark.collectionAccumulator("herd reasons"),
        spark.longAccumulator("herd prompt tokens"),
        spark.longAccumulator("herd tokens"),
        spark.longAccumulator("herd tokens computed"),
        spark.longAccumulator("herd prompt tokens copied"),
        spark.doubleAccumulator("herd labels' share"),
        spark.collectionAccumulator("herd warnings"),
        spark.collectionAccumulator("herd engines"),
        spark.longAccumulator("herd engine computing, ms"),
        spark.longAccumulator("herd engine prefilling, ms"),
        spark.longAccumulator("herd engine held, ms"));
  }

  /** Reports a note about this executor's engine. */
  void say(String text) {
    engines.add(host() + " " + text);
  }

  /** Reports a warning about this executor while the run continues. */
  void warn(String text) {
    warnings.add(host() + " " + text);
  }

  private static String host() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }

  @Override
  public void row(int prompt, int completion) {
    rows.add(1);
    promptTokens.add(prompt);
    tokens.add(completion);
  }

  @Override
  public void labelled(double share) {
    labelShare.add(share);
  }

  @Override
  public void begun(long more) {
    begun.add(more);
  }

  @Override
  public void computed(long more) {
    computed.add(more);
  }

  @Override
  public void copied(long more) {
    copied.add(more);
  }

  @Override
  public void failed(String reason, boolean tried) {
    if (failed.isZero()) {
      reasons.add(reason);
    }
    failed.add(1);
    refused.add(tried ? 0 : 1);
    rows.add(1);
  }

  void used(EngineLease.Usage usage) {
    computing.add(usage.computing().toMillis());
    prefilling.add(usage.prefilling().toMillis());
    held.add(usage.held().toMillis());
  }

  /** Returns the engine's share of computing in the time that tasks held it, from 0 to 1. */
  public double engineBusy() {
    return held.sum() == 0 ? 0 : Math.min(1, (double) computing.sum() / held.sum());
  }
}
