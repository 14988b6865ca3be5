package io.herd.udfs.partition;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.sample.Sampling;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The settings of one row in place of the run's, as a batch file's request has them. Each is null
 * where the row leaves it to the run. As text it is JSON, which snapshots and tasks pass on.
 *
 * @param problem why the row can't be asked, or null
 * @param maxTokens tokens after which its text is cut
 * @param schema a JSON schema that its text must be valid by
 */
public record RowSettings(
    String problem,
    Integer maxTokens,
    Double temperature,
    Integer topK,
    Double topP,
    Double minP,
    Double repetitionPenalty,
    Double presencePenalty,
    Double frequencyPenalty,
    Long seed,
    List<String> stop,
    String schema) {
  private static final Gson JSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .disableHtmlEscaping()
          .create();

  /** Creates the settings of a row that can't be processed. */
  public static RowSettings failing(String problem) {
    return new RowSettings(
        problem, null, null, null, null, null, null, null, null, null, null, null);
  }

  /** Returns JSON without null values. */
  public String text() {
    return JSON.toJson(this);
  }

  /** Parses {@link #text}. */
  static RowSettings of(String text) {
    return JSON.fromJson(text, RowSettings.class);
  }

  /**
   * Returns the settings of an input row.
   *
   * @param column with their text; null where rows have none
   * @return null where the row has none
   * @throws RowException when it can't be asked
   */
  static RowSettings of(Row row, String column) {
    if (column == null || row.isNullAt(row.fieldIndex(column))) {
      return null;
    }
    RowSettings own = of(row.<String>getAs(column));
    if (own.problem != null) {
      throw new RowException(own.problem);
    }
    return own;
  }

  /**
   * Removes values that equal the run's or have no effect at temperature 0, and {@link #maxTokens},
   * so that equal requests have equal settings.
   *
   * @return null where nothing is left
   * @throws RowException when they contradict the run's
   */
  RowSettings beside(GenerateSettings run) {
    GenerateSettings all = in(run);
    Sampling mine = all.sampling();
    Sampling its = run.sampling();
    boolean draws = mine.draws();
    RowSettings own =
        new RowSettings(
            null,
            null,
            unless(temperature, its.temperature()),
            draws ? unless(topK, its.topK()) : null,
            draws ? unless(topP, its.topP()) : null,
            draws ? unless(minP, its.minP()) : null,
            unless(repetitionPenalty, its.repetitionPenalty()),
            unless(presencePenalty, its.presencePenalty()),
            unless(frequencyPenalty, its.frequencyPenalty()),
            draws ? seed : null, // also an equal one: it makes equal requests equal
            unless(stop, run.stop()),
            schema);
    return own.equals(failing(null)) ? null : own;
  }

  private static <T> T unless(T own, T common) {
    return own == null || own.equals(common) ? null : own;
  }

  /**
   * Returns the run's settings with these values in place, except {@link #maxTokens}.
   *
   * @throws RowException when they contradict them
   */
  GenerateSettings in(GenerateSettings run) {
    Sampling common = run.sampling();
    if (schema != null && run.format() != null) {
      throw new RowException("the row has a format of its own, and herd.format is set");
    }
    Format format = schema == null ? run.format() : Format.jsonSchema(schema);
    List<String> ends = or(stop, run.stop());
    if (format != null && (!ends.isEmpty() || run.ignoreEos() || run.minNewTokens() > 0)) {
      throw new RowException(
          "a text with a format ends where the format does: leave out stop strings, and"
              + " herd.generate.stop, min-new-tokens and ignore-eos");
    }
    return new GenerateSettings(
        run.maxNewTokens(),
        run.minNewTokens(),
        run.ignoreEos(),
        ends,
        or(seed, run.seed()),
        new Sampling(
            or(temperature, common.temperature()),
            or(topK, common.topK()),
            or(topP, common.topP()),
            or(minP, common.minP()),
            or(repetitionPenalty, common.repetitionPenalty()),
            or(presencePenalty, common.presencePenalty()),
            or(frequencyPenalty, common.frequencyPenalty())),
        run.samples(),
        run.logprobs(),
        format);
  }

  private static <T> T or(T own, T common) {
    return own == null ? common : own;
  }

  /**
   * Returns the name for a row's random draws; null if it draws none. A row with a seed of its own
   * draws as any other row that asks for the same.
   *
   * @param all {@link #in} the run's
   * @param row names the row
   */
  String drawn(GenerateSettings all, String row) {
    if (!all.sampling().draws()) {
      return null;
    }
    return seed == null ? all.seed() + " " + row : "own seed";
  }

  /**
   * Validates the schema.
   *
   * @throws RowException when it can't be kept to
   */
  void check() {
    if (schema != null) {
      try {
        Format.jsonSchema(schema).check();
      } catch (UserException e) {
        throw new RowException("response_format can't be kept to: " + e.getMessage());
      }
    }
  }
}
