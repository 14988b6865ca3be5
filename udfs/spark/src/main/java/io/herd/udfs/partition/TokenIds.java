package io.herd.udfs.partition;

import org.apache.spark.sql.Row;
import scala.collection.Seq;

/** Token ids in Spark's rows. */
public final class TokenIds {
  private TokenIds() {}

  /** Those in a column of integers, which Spark gives as boxed numbers. */
  public static int[] of(Row row, int column) {
    Seq<Integer> boxed = row.getSeq(column);
    int[] ids = new int[boxed.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = boxed.apply(i);
    }
    return ids;
  }
}
