package io.herd.job.output;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udaf;

import com.google.gson.Gson;
import io.herd.job.config.Settings;
import io.herd.udfs.results.Result;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.types.StructType;

/**
 * Profiles rows while they are written, so that nothing is read twice for it. In: {@link
 * ProfileSums#SCHEMA}. Out: a {@link Profile} as JSON.
 */
final class ProfileAggregate extends Aggregator<Row, ProfileSums, String> {
  /** Of the output's rows. */
  static Column of(Settings settings) {
    boolean several = settings.generate().samples() > 1 && !settings.labelling().on();
    return udaf(new ProfileAggregate(), Encoders.row(StructType.fromDDL(ProfileSums.SCHEMA)))
        .apply(
            col("status").equalTo(Result.OK),
            col("prompt_tokens"),
            col("completion_tokens"),
            several ? col("completions").getField("finish_reason") : array(col("finish_reason")),
            labels(settings),
            col("error"),
            settings
                .input()
                .idColumn()
                .map(id -> col(Quoted.column(id)).cast("string"))
                .orElse(lit(null).cast("string")));
  }

  private static Column labels(Settings settings) {
    if (!settings.labelling().on()) {
      return lit(null).cast("array<string>");
    }
    return settings.labelling().multi() ? col("labels") : array(col("label"));
  }

  @Override
  public ProfileSums zero() {
    return new ProfileSums();
  }

  @Override
  public ProfileSums reduce(ProfileSums sums, Row row) {
    sums.add(row);
    return sums;
  }

  @Override
  public ProfileSums merge(ProfileSums one, ProfileSums other) {
    return one.add(other);
  }

  @Override
  public String finish(ProfileSums sums) {
    return new Gson().toJson(sums.profile());
  }

  /** What {@link #finish} wrote. */
  static Profile read(Object json) {
    return json instanceof String text ? new Gson().fromJson(text, Profile.class) : Profile.NONE;
  }

  @Override
  public Encoder<ProfileSums> bufferEncoder() {
    return Encoders.javaSerialization(ProfileSums.class);
  }

  @Override
  public Encoder<String> outputEncoder() {
    return Encoders.STRING();
  }
}
