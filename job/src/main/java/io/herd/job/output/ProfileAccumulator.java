package io.herd.job.output;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.herd.job.config.Settings;
import io.herd.udfs.Quoted;
import io.herd.udfs.results.Result;
import java.io.IOException;
import java.io.ObjectOutputStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.AccumulatorV2;

/**
 * Profiles rows while they are written, so that they aren't read twice. Not an aggregate among
 * those that Spark observes: Spark 3.5 can't send back one that is written in Java.
 */
final class ProfileAccumulator extends AccumulatorV2<Row, ProfileSums> {
  private ProfileSums sums = new ProfileSums();

  static ProfileAccumulator in(SparkSession spark) {
    ProfileAccumulator profile = new ProfileAccumulator();
    spark.sparkContext().register(profile);
    return profile;
  }

  /** Counts rows as they pass. */
  Dataset<Row> watch(Dataset<Row> rows, Settings settings, ParsedFields fields) {
    UDF1<Row, Boolean> tell =
        row -> {
          add(row);
          return true;
        };
    return rows.filter(
        udf(tell, DataTypes.BooleanType).asNondeterministic().apply(profiled(settings, fields)));
  }

  /** Returns the struct that {@link ProfileSums#add(Row)} reads. */
  private static Column profiled(Settings settings, ParsedFields fields) {
    boolean several = settings.generate().samples() > 1 && !settings.labelling().on();
    return struct(
        Own.col("status").equalTo(Result.OK),
        Own.col("prompt_tokens"),
        Own.col("completion_tokens"),
        several
            ? Own.col("completions").getField("finish_reason")
            : array(Own.col("finish_reason")),
        labels(settings),
        Own.col("error"),
        settings
            .input()
            .idColumn()
            .map(id -> col(Quoted.name(id)).cast("string"))
            .orElse(lit(null).cast("string")),
        fields.texts(),
        probability(settings));
  }

  private static Column probability(Settings settings) {
    boolean one = settings.labelling().on() && !settings.labelling().multi();
    return one ? Own.col("probability") : lit(null).cast("double");
  }

  private static Column labels(Settings settings) {
    if (!settings.labelling().on()) {
      return lit(null).cast("array<string>");
    }
    if (settings.labelling().multi()) {
      return Own.col("labels");
    }
    Column label = array(Own.col("label"));
    boolean judged = settings.labelling().moderation() != null;
    return judged ? concat(label, coalesce(Own.col("categories"), array())) : label;
  }

  @Override
  public synchronized void add(Row row) {
    sums.add(row);
  }

  @Override
  public synchronized void merge(AccumulatorV2<Row, ProfileSums> other) {
    sums.add(other.value());
  }

  @Override
  public synchronized boolean isZero() {
    return sums.isEmpty();
  }

  @Override
  public synchronized ProfileAccumulator copy() {
    ProfileAccumulator copy = new ProfileAccumulator();
    copy.sums.add(sums);
    return copy;
  }

  @Override
  public synchronized void reset() {
    sums = new ProfileSums();
  }

  @Override
  public synchronized ProfileSums value() {
    return sums;
  }

  /** Excludes concurrent additions while heartbeats send the sums. */
  private synchronized void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
  }
}
