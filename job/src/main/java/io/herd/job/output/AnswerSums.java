package io.herd.job.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftright;
import static org.apache.spark.sql.functions.sum;

import io.herd.job.config.OutputSettings;
import io.herd.job.config.OwnColumns;
import io.herd.job.config.Settings;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructType;

/**
 * Two sums of hashes over an output's answers. Taken while rows are written and when they are read
 * back, they tell a run's answers from another run's.
 *
 * @param low sum of the lower bits, {@code high} of the higher
 */
record AnswerSums(long low, long high) {
  /** Columns that Herd adds, of types that every format keeps. */
  private static final List<String> KEPT =
      List.of("label", "status", "prompt_tokens", "completion_tokens");

  private static final long LOW_BITS = 0x7fffffffL; // their sum stays in a long

  /** The two sums as columns. */
  record Sums(Column low, Column high) {}

  /** Selects columns: lines of a batch have no label, and no tokens of a failed prompt. */
  private static List<String> kept(Settings settings) {
    return settings.output().isBatch() ? List.of("status", "completion_tokens") : KEPT;
  }

  /** Sums over rows on their way to the sink, of the columns that are written. */
  static Sums ofOwn(StructType schema, Settings settings) {
    OwnColumns columns = settings.columns();
    return of(
        schema,
        settings.output(),
        kept(settings).stream()
            .filter(own -> columns.written(own).isPresent())
            .map(Own::name)
            .toList());
  }

  /** Returns sums over rows that were read back. */
  static Sums ofWritten(StructType schema, Settings settings) {
    OwnColumns columns = settings.columns();
    return of(
        schema,
        settings.output(),
        kept(settings).stream().map(columns::written).flatMap(Optional::stream).toList());
  }

  private static Sums of(StructType schema, OutputSettings output, List<String> names) {
    Column print = Fidelity.of(output).print(schema, names);
    return new Sums(
        zeroIfNone(sum(print.bitwiseAND(LOW_BITS))),
        zeroIfNone(sum(shiftright(print, 32).bitwiseAND(LOW_BITS))));
  }

  private static Column zeroIfNone(Column sum) {
    return coalesce(sum, lit(0L));
  }
}
