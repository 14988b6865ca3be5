package io.herd.udfs.partition;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The values of a row for {@link Prompts}: the columns that prompts use, then the row's name, then
 * its number. The rest of the row stays with Spark.
 *
 * @param names of the columns, in their order
 * @param choices the one with each row's own choices, or null
 * @param newTokens the one with each row's own most new tokens, or null
 * @param settings the one with each row's {@link RowSettings}, or null
 */
public record InputColumns(List<String> names, String choices, String newTokens, String settings)
    implements Serializable {

  public InputColumns {
    names = List.copyOf(names);
  }

  /** Returns the name that identifies the row for sampling, or null if rows only have numbers. */
  String name(Row row) {
    return row.getString(names.size());
  }

  /** Returns the row's number in its Dataset, or null where Spark can't give one. */
  Long number(Row row) {
    int at = names.size() + 1;
    return row.isNullAt(at) ? null : row.getLong(at);
  }
}
