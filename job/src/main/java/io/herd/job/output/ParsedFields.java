package io.herd.job.output;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.char_length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.herd.job.config.Settings;
import io.herd.udfs.grammar.CountedField;
import io.herd.udfs.results.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;

/**
 * Counts the fields of {@code parsed}: values that the schema names or bounds, and strings of the
 * maximum length. Free text of rows never gets into a report.
 */
record ParsedFields(List<CountedField> fields) {
  private static final String FULL = "full";

  /** Returns the counted fields; none when rows have several completions. */
  static ParsedFields of(Settings settings) {
    boolean one = settings.answers().contains(Result.PARSED) && settings.generate().samples() == 1;
    return new ParsedFields(one ? settings.generate().format().countedFields() : List.of());
  }

  /** Returns one text per field of a row, or null. */
  Column texts() {
    Column[] texts = fields.stream().map(ParsedFields::text).toArray(Column[]::new);
    return texts.length == 0 ? lit(null).cast("array<string>") : array(texts);
  }

  private static Column text(CountedField field) {
    Column value = Own.col(Result.PARSED).getField(field.name()).cast("string");
    return field.values()
        ? value
        : when(char_length(value).geq(field.maxLength()), lit(FULL)).otherwise(lit(null));
  }

  /**
   * Returns the profile of the fields.
   *
   * @param counts rows by text, for each field; empty where no row was counted
   */
  List<Profile.Field> profile(List<TreeMap<String, Long>> counts) {
    List<Profile.Field> out = new ArrayList<>();
    for (int i = 0; i < Math.min(fields.size(), counts.size()); i++) {
      CountedField field = fields.get(i);
      out.add(
          field.values()
              ? new Profile.Field(field.name(), sorted(counts.get(i)), null, null)
              : new Profile.Field(
                  field.name(), null, field.maxLength(), counts.get(i).getOrDefault(FULL, 0L)));
    }
    return out;
  }

  /** Sorts counts, the most frequent first. */
  static Map<String, Long> sorted(Map<String, Long> counts) {
    Map<String, Long> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(each -> sorted.put(each.getKey(), each.getValue()));
    return sorted;
  }
}
