package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** A row's own token limit, in a column of whole numbers. */
public final class RowNewTokens {
  private static final Set<DataType> WHOLE =
      Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private RowNewTokens() {}

  /** Returns whether a column of this type can contain token limits. */
  public static boolean readable(DataType type) {
    return WHOLE.contains(type);
  }

  /**
   * Returns the token limit of an input row.
   *
   * @param most what no row may exceed, and what a row without a number has
   * @return null where the row has no other number than {@code most}
   * @throws RowException when it isn't from 1 to {@code most}
   */
  static Integer of(Row row, String column, int most) {
    if (column == null || row.isNullAt(row.fieldIndex(column))) {
      return null;
    }
    return of(
        ((Number) row.get(row.fieldIndex(column))).longValue(),
        "the column `" + column + "`",
        most);
  }

  /**
   * The number of a row.
   *
   * @param what begins the reason why it can't be
   */
  static Integer of(long own, String what, int most) {
    if (own < 1 || own > most) {
      throw new RowException(
          String.format(
              Locale.ROOT,
              "%s is %d, and must be from 1 to herd.generate.max-new-tokens = %d",
              what,
              own,
              most));
    }
    return own == most ? null : (int) own;
  }
}
