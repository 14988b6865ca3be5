package io.herd.job.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftright;
import static org.apache.spark.sql.functions.sum;

import io.herd.job.config.Settings;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructType;

/**
 * What the rows of an output were answered, as two sums of hashes: taken while they are written and
 * when they are read back, they tell a run's answers from another's.
 *
 * @param low sum of the lower bits, {@code high} of the higher
 */
record AnswerSums(long low, long high) {
  /** Columns that Herd adds, of types that every format keeps. */
  private static final List<String> KEPT =
      List.of("label", "status", "prompt_tokens", "completion_tokens");

  private static final long LOW_BITS = 0x7fffffffL; // their sum stays in a long

  /** The lower sum over rows of a schema. */
  static Column low(StructType schema, Settings.Output output) {
    return zeroIfNone(sum(print(schema, output).bitwiseAND(LOW_BITS)));
  }

  /** The higher. */
  static Column high(StructType schema, Settings.Output output) {
    return zeroIfNone(sum(shiftright(print(schema, output), 32).bitwiseAND(LOW_BITS)));
  }

  private static Column print(StructType schema, Settings.Output output) {
    List<String> names = Arrays.asList(schema.fieldNames());
    List<String> there = KEPT.stream().filter(names::contains).toList();
    return Fidelity.of(output).print(schema, there);
  }

  private static Column zeroIfNone(Column sum) {
    return coalesce(sum, lit(0L));
  }
}
