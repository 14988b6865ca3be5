package io.herd.udfs.partition;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Reads token ids from Spark's rows. */
public final class TokenIds {
  private TokenIds() {}

  /**
   * Returns the ids in a column of integers, which Spark returns as boxed numbers. Read as a Java
   * list: Scala's own type is another in Spark 3.5, which herd.jar runs on, too.
   */
  public static int[] of(Row row, int column) {
    List<Integer> boxed = row.getList(column);
    int[] ids = new int[boxed.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = boxed.get(i);
    }
    return ids;
  }

  /** Returns the ids in a column of lists of integers. */
  static List<int[]> lists(Row row, int column) {
    return row.getList(column).stream().map(list -> of(RowFactory.create(list), 0)).toList();
  }
}
